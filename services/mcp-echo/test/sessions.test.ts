import { createLogger } from "@gateway/telemetry";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createEndpoint } from "../src/endpoint.ts";
import { connect, openEcho, post } from "./fixtures/running-echo.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const alice = { "x-user-id": "1", "x-user-name": "alice" };
const bob = { "x-user-id": "2", "x-user-name": "bob" };

describe("mcp-echo stateful", () => {
  let echo: Awaited<ReturnType<typeof openEcho>>;
  beforeEach(async () => {
    echo = await openEcho("stateful");
  });
  afterEach(() => echo[Symbol.asyncDispose]());

  test.each([
    ["without a session", {}, 400],
    ["of an unknown session", { "mcp-session-id": "unknown" }, 404],
  ])("refuses a request %s", async (_which, headers, status) => {
    expect((await post(echo.url, list, headers)).status).toBe(status);
  });

  test.each([
    ["another user", bob],
    ["nobody", {}],
  ])("to %s a session is unknown: asked, streamed or ended", async (_who, headers) => {
    await using owner = await connect(echo.url, alice);
    await owner.call("echo", { message: "mine" });
    const stolen: Record<string, string> = { ...headers, "mcp-session-id": owner.sessionId() ?? "" };
    expect((await post(echo.url, list, stolen)).status).toBe(404);
    for (const method of ["GET", "DELETE"]) {
      const { status } = await fetch(echo.url, { method, headers: { ...stolen, accept: "text/event-stream" } });
      expect(status).toBe(404);
    }
    expect(await owner.call("replayLastEcho")).toBe("mine");
  });

  test("remembers the last echo of each session apart", async () => {
    await using one = await connect(echo.url, alice);
    await using other = await connect(echo.url, alice);
    await one.call("echo", { message: "one" });
    expect(await other.call("replayLastEcho")).toContain("Nothing was echoed");
    expect(await one.call("replayLastEcho")).toBe("one");
  });

  test("ends a session that was not used for MCP_SESSION_TIMEOUT, and not one that was", async () => {
    await using idle = await connect(echo.url);
    await using used = await connect(echo.url);
    echo.pass(50);
    await used.call("echo", { message: "still here" });
    echo.pass(50);
    const headers = { "mcp-session-id": idle.sessionId() ?? "" };
    expect((await post(echo.url, list, headers)).status).toBe(404);
    expect(await used.call("replayLastEcho")).toBe("still here");
  });

  test("ends a session that its client deletes", async () => {
    await using client = await connect(echo.url);
    const headers = { "mcp-session-id": client.sessionId() ?? "" };
    await client.endSession();
    expect((await post(echo.url, list, headers)).status).toBe(404);
  });

  test("opens no more than MCP_MAX_SESSIONS, and another when one has ended", async () => {
    await using small = await openEcho("stateful", { maxSessions: 2 });
    await using first = await connect(small.url);
    await using _second = await connect(small.url);
    await expect(connect(small.url)).rejects.toThrow("Too many open sessions");
    await first.endSession();
    await using third = await connect(small.url);
    expect(await third.call("echo", { message: "x" })).toBe("x");
  });

  test("no more than that when many begin in the same moment", async () => {
    const logger = createLogger({ service: "test", level: "error" });
    const options = { idleSeconds: 60, maxSessions: 2, environment: {}, clock: () => 0, logger };
    const endpoint = createEndpoint("stateful", options);
    const answers = await Promise.all(Array.from({ length: 5 }, () => endpoint.fetch(initialize(echo.url))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503, 503]);
    await endpoint.close();
  });

  test("one user opens no more than a quarter of them", async () => {
    await using roomy = await openEcho("stateful", { maxSessions: 8 });
    await using _first = await connect(roomy.url, alice);
    await using _second = await connect(roomy.url, alice);
    await expect(connect(roomy.url, alice)).rejects.toThrow("You have too many open sessions");
    await using other = await connect(roomy.url, bob);
    expect(await other.call("echo", { message: "room" })).toBe("room");
  });

  test("a request that opens no session takes no place of one", async () => {
    for (let tries = 0; tries < 3; tries += 1) await post(echo.url, list);
    await using client = await connect(echo.url);
    expect(JSON.parse(await client.call("sessionInfo"))).toMatchObject({ openSessions: 1 });
  });

  test("refuses a protocol version that it does not know", async () => {
    await using client = await connect(echo.url);
    const headers = { "mcp-session-id": client.sessionId() ?? "", "mcp-protocol-version": "1999-01-01" };
    expect((await post(echo.url, list, headers)).status).toBe(400);
  });
});

function initialize(url: string): Request {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } };
  return new Request(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
  });
}
