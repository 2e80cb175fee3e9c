import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { post, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const knowsTasks = { capabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } } };
const canElicit = { capabilities: { elicitation: {} } };

let proxy: RunningProxy;
let users = 0;
beforeAll(async () => {
  proxy = await openProxy({ command: [process.execPath, fixture("task-server.mjs")], era: "legacy" });
});
afterAll(() => proxy.close());

function anyone(): ModernClient {
  users += 1;
  return ModernClient.of(`user ${users}`, proxy.url);
}

describe("a tool of a legacy server that only runs as a task", () => {
  test("is listed, and found out about, without a word of tasks", async () => {
    const client = anyone();
    expect((await client.request("tools/list")).text).not.toContain("taskSupport");
    expect((await client.request("server/discover")).json?.result).toMatchObject({ capabilities: { tools: {} } });
    expect((await client.request("server/discover")).text).not.toContain('"tasks":');
  });

  test("answers a modern client as any other tool", async () => {
    const { json, text } = await anyone().call("slow", { value: "done" });
    expect(json?.result).toMatchObject({ resultType: "complete", content: [{ type: "text", text: "done" }] });
    expect(text).not.toContain("related-task");
  });

  test("tells its progress under the client's token, though it is asked for twice", async () => {
    const { events } = await anyone().call("slow", { value: "done" }, { progressToken: "mine" });
    expect(events[0]?.params).toEqual({ progressToken: "mine", progress: 1 });
  });

  test("asks its client, and goes on with the answer", async () => {
    const client = anyone();
    const args = { message: "Your name?" };
    const asked = await client.call("asking", args, canElicit);
    const { inputRequests, requestState } = (asked.json?.result ?? {}) as Record<string, unknown>;
    expect(asked.text).not.toContain("related-task");
    const [key = ""] = Object.keys(inputRequests as object);
    const inputResponses = { [key]: { action: "accept", content: { name: "Ann" } } };
    const answer = await client.call("asking", args, canElicit, { inputResponses, requestState });
    expect(answer.json?.result?.content[0].text).toBe("accept Ann");
  });

  test("is cancelled when its client goes away", async () => {
    const client = anyone();
    const call = await client.stream("tools/call", { name: "endless", arguments: {} });
    await call.frame();
    expect(await client.tool("statuses")).toBe("working");
    call.close();
    await until(async () => (await client.tool("statuses")) === "cancelled");
  });

  test("that asks is cancelled when its client goes away, and the process serves the next call", async () => {
    const client = anyone();
    const call = await client.stream("tools/call", { name: "endless", arguments: {} }, canElicit);
    await call.frame();
    call.close();
    await until(async () => (await client.tool("statuses", {}, canElicit)) === "cancelled");
  });
});

test.each(["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"])(
  "a modern client is refused %s, which the server would understand otherwise",
  async (method) =>
    expect(await anyone().request(method, { taskId: "t" }, knowsTasks)).toMatchObject({
      status: 404,
      json: { error: { code: -32601 } },
    }),
);

test("a legacy client of the same server has its tasks as they are", async () => {
  const { json } = await post(proxy.url, {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
  });
  expect(json?.result).toMatchObject({ capabilities: { tasks: { cancel: {} } } });
});
