import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const tasks = { "io.modelcontextprotocol/tasks": {} };
const knowsTasks = { capabilities: { extensions: tasks } };

let proxy: RunningProxy;
let client: ModernClient;
beforeAll(async () => {
  proxy = await openProxy({ command: [process.execPath, fixture("modern-server.mjs")], era: "modern" });
  client = new ModernClient(proxy.url);
});
afterAll(() => proxy.close());

describe("the tasks of a modern server", () => {
  test.each(["tasks/get", "tasks/update", "tasks/cancel"])(
    "do not exist for a client that does not declare them: %s",
    async (method) =>
      expect(await client.request(method, { taskId: "t-1" })).toMatchObject({
        status: 404,
        json: { error: { code: -32601 } },
      }),
  );

  test("are not told of to such a client, which learns what it lacks", async () =>
    expect(await client.request("subscriptions/listen", { notifications: { taskIds: ["t-1"] } })).toMatchObject({
      status: 400,
      json: { error: { code: -32021, data: { requiredCapabilities: { extensions: tasks } } } },
    }));

  test("are named in a header, as tools are", async () =>
    expect(await client.request("tasks/get", { taskId: "t-1" }, knowsTasks, { "mcp-name": "t-2" })).toMatchObject({
      status: 400,
      json: { error: { code: -32020 } },
    }));

  test("are begun by a call, and asked after in the same process", async () => {
    const begun = await client.call("begin", {}, knowsTasks);
    expect(begun.json?.result).toEqual({ resultType: "task", taskId: "t-1", status: "working" });
    const { json } = await client.request("tasks/get", { taskId: "t-1" }, knowsTasks);
    expect(json?.result).toMatchObject({ taskId: "t-1", status: "completed" });
  });

  test("are not begun for a client that does not know them", async () =>
    expect(await client.tool("begin")).toBe("done at once"));

  test("that the server does not have are not found", async () =>
    expect(await client.request("tasks/cancel", { taskId: "t-1" }, knowsTasks)).toMatchObject({
      status: 404,
      json: { error: { code: -32601 } },
    }));
});
