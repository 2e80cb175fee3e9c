import { describe, expect, test } from "@jest/globals";
import { callMessage, initializeMessage, post, send, TestClient } from "../fixtures/client.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";

const open = proxiesOfEachTest();
const made = /^[0-9a-f-]{36}$/;

describe("the id of a request that fails", () => {
  test("is made where it came with none, is on the answer and in the line", async () => {
    const proxy = await open();
    const { status, headers } = await send(proxy.url, "PUT", "{}");
    expect(status).toBe(405);
    expect(headers["x-request-id"]).toMatch(made);
    expect(proxy.logged()).toContain(`"requestId":"${headers["x-request-id"]}","refusal":"method_not_allowed"`);
  });

  test("is the one that it came with", async () => {
    const proxy = await open();
    const given = { "x-request-id": "client-7", "mcp-session-id": "unknown" };
    const { status, headers } = await post(proxy.url, callMessage(1, "echo"), given);
    expect(status).toBe(404);
    expect(headers["x-request-id"]).toBe("client-7");
    expect(proxy.logged()).toContain('"requestId":"client-7"');
  });

  test("is another one where it came with what fits no log", async () => {
    const proxy = await open();
    const { headers } = await post(proxy.url, "{", { "x-request-id": "canary of a client" });
    expect(headers["x-request-id"]).toMatch(made);
    expect(proxy.logged()).not.toContain("canary");
  });

  test("is on what is answered for a server that exits", async () => {
    const proxy = await open({ flags: ["--crash-on-initialize"] });
    const { status, headers } = await post(proxy.url, initializeMessage(), { "x-request-id": "client-8" });
    expect(status).toBe(500);
    expect(headers["x-request-id"]).toBe("client-8");
  });
});

test("what succeeds bears none: it does not pay for it", async () => {
  const proxy = await open();
  const client = await TestClient.open(proxy.url);
  const { status, headers } = await client.call(1, "echo", { value: "a" });
  expect(status).toBe(200);
  expect(headers["x-request-id"]).toBeUndefined();
});
