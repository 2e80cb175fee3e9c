import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callMessage, initializeMessage, post, send, TestClient } from "../fixtures/client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

let proxy: RunningProxy;
let client: TestClient;
beforeAll(async () => {
  proxy = await openProxy();
  client = await TestClient.open(proxy.url);
});
afterAll(() => proxy.close());

const list = { jsonrpc: "2.0", id: 5, method: "tools/list" };
const neither = "*/*, application/json;q=0, text/event-stream;q=0.0";
const note = { jsonrpc: "2.0", method: "notifications/x" };
const claim = { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };

describe("POST refuses (mcp-wire.md 1.2)", () => {
  test.each([
    ["a body that is not JSON", "{", {}, 400, -32_700, null],
    ["an empty body", "", {}, 400, -32_700, null],
    ["JSON that is no JSON-RPC", '{"id":7,"method":"x"}', {}, 400, -32_600, 7],
    ["an empty batch", "[]", {}, 400, -32_600, null],
    ["another content type", list, { "content-type": "text/plain" }, 415, -32_000, null],
    ["a compressed body", list, { "content-encoding": "gzip" }, 415, -32_000, null],
    ["a client that takes neither form", list, { accept: "text/html" }, 406, -32_000, null],
    ["a client that rules both forms out", list, { accept: neither }, 406, -32_000, null],
    ["a request without a session", list, {}, 400, -32_000, 5],
    ["a notification without a session", note, {}, 400, -32_000, null],
    ["an unknown session", list, { "mcp-session-id": "nope" }, 404, -32_001, 5],
    ["a malformed session id", list, { "mcp-session-id": "../é'\"" }, 404, -32_001, 5],
    ["two session ids", list, { "mcp-session-id": ["a", "b"] }, 404, -32_001, 5],
    ["a stateless request without its envelope", { ...list, params: claim }, {}, 400, -32_602, 5],
    ["a request with a stateless version header", list, { "mcp-protocol-version": "2026-07-28" }, 400, -32_602, 5],
    ["a batch with initialize, which begins no session", [initializeMessage()], {}, 400, -32_600, null],
    ["a batch without a session", [list], {}, 400, -32_000, null],
  ])("%s", async (_what, body, headers, status, code, id) => {
    const answer = await post(proxy.url, body, headers as Record<string, string>);
    expect(answer).toMatchObject({ status, json: { jsonrpc: "2.0", id, error: { code } } });
  });

  test("initialize without protocolVersion, in the words of the seed", async () => {
    const answer = await post(proxy.url, { jsonrpc: "2.0", id: 1, method: "initialize", params: {} });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      jsonrpc: "2.0",
      id: 1,
      error: { code: -32_600, message: "Invalid Request", data: "Missing required parameter: protocolVersion" },
    });
  });

  test("initialize within a live session", async () => {
    expect(await client.post(initializeMessage())).toMatchObject({ status: 400, json: { error: { code: -32_600 } } });
  });

  test("a version that is not served, and lists those that are", async () => {
    const answer = await client.post(list, { "mcp-protocol-version": "2025-01-01" });
    expect(answer).toMatchObject({
      status: 400,
      json: { id: 5, error: { code: -32_000, data: { supported: expect.arrayContaining(["2025-06-18"]) } } },
    });
  });

  test("a body that is not UTF-8", async () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const answer = await send(proxy.url, "POST", body, { "content-type": "application/json" });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: -32_700 } } });
  });

  const large = Buffer.alloc(17 * 1024 * 1024, " ");
  test.each([
    ["with its length", {}],
    ["in chunks of no announced length", { "transfer-encoding": "chunked" }],
  ])("a body beyond 16 MiB, sent %s", async (_how, headers) => {
    const answer = await send(proxy.url, "POST", large, { "content-type": "application/json", ...headers } as Record<
      string,
      string
    >);
    expect(answer).toMatchObject({ status: 413, json: { error: { code: -32_000 } } });
  });

  test("JSON nested without end", async () => {
    expect(await post(proxy.url, "[".repeat(100_000))).toMatchObject({ status: 400 });
    expect(await post(proxy.url, "[".repeat(100_000) + "]".repeat(100_000))).toMatchObject({ status: 400 });
  });
});

describe("POST checks in this order (mcp-wire.md 1.2)", () => {
  let small: RunningProxy;
  beforeAll(async () => {
    small = await openProxy({ limits: { messageSize: 4_096 } });
  });
  afterAll(() => small.close());

  /** Everything is wrong at first; each row mends one thing more. */
  const mending = [
    ["the origin", {}, 403, -32_000],
    ["the size", { origin: undefined }, 413, -32_000],
    ["the content type", { body: "{" }, 415, -32_000],
    ["what is accepted", { "content-type": "application/json" }, 406, -32_000],
    ["the JSON", { accept: "*/*" }, 400, -32_700],
    ["the JSON-RPC", { body: '{"id":1}' }, 400, -32_600],
    ["the era", { body: JSON.stringify({ ...list, params: claim }) }, 400, -32_602],
    ["the session's header", { body: JSON.stringify(list) }, 400, -32_000],
    ["the session", { "mcp-session-id": "nope" }, 404, -32_001],
    ["the version", { "mcp-session-id": "its own" }, 400, -32_000],
  ] as const;

  test.each(mending.map(([what, , status, code], row) => [what, row, status, code] as const))(
    "%s",
    async (_what, row, status, code) => {
      const wrong = { origin: "https://evil.example", "content-type": "text/plain", accept: "text/html" };
      const parts: Record<string, string | undefined> = {
        ...{ ...wrong, "mcp-protocol-version": "1999-01-01", body: "x".repeat(5_000) },
        ...Object.assign({}, ...mending.slice(0, row + 1).map(([, mended]) => mended)),
      };
      if (parts["mcp-session-id"] === "its own") {
        parts["mcp-session-id"] = String((await TestClient.open(small.url)).headers["mcp-session-id"]);
      }
      const { body, ...headers } = parts;
      const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
      const answer = await send(small.url, "POST", body, sent as Record<string, string>);
      expect(answer).toMatchObject({ status, json: { error: { code } } });
    },
  );
});

/** The stateless wire is told of its only method. */
const allowedOn = (path: string, headers: object) => {
  if (path === "/health") return "GET";
  return "mcp-protocol-version" in headers ? "POST" : "GET, POST, DELETE";
};

describe("other methods and paths", () => {
  test.each([
    ["PUT", "/mcp", {}, 405],
    ["PATCH", "/mcp/", {}, 405],
    ["GET", "/mcp", {}, 400],
    ["GET", "/mcp", { accept: "application/json" }, 406],
    ["GET", "/mcp", { "mcp-session-id": "nope" }, 404],
    ["GET", "/mcp", { "mcp-protocol-version": "2026-07-28" }, 405],
    ["PUT", "/mcp", { "mcp-protocol-version": "2026-07-28" }, 405],
    ["HEAD", "/mcp", { "mcp-protocol-version": "2026-07-28" }, 405],
    ["DELETE", "/mcp", {}, 400],
    ["DELETE", "/mcp", { "mcp-session-id": "nope" }, 404],
    ["GET", "/", {}, 404],
    ["GET", "/mcpx", {}, 404],
    ["POST", "/health", {}, 405],
  ])("%s %s %j is answered %s", async (method, path, headers, status) => {
    const answer = await send(new URL(path, proxy.url).href, method, undefined, {
      accept: "text/event-stream",
      ...headers,
    } as Record<string, string>);
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers.allow).toBe(allowedOn(path, headers));
  });

  test("GET with an event id that nobody gave is refused", async () => {
    const headers = { ...client.headers, accept: "text/event-stream", "last-event-id": "1.1" };
    expect(await send(proxy.url, "GET", undefined, headers)).toMatchObject({
      status: 400,
      json: { error: { code: -32_000 } },
    });
  });

  test("/mcp/ is /mcp, without a redirect", async () => {
    expect(await post(`${proxy.url}/`, list, client.headers)).toMatchObject({ status: 200 });
  });
});

describe("POST takes", () => {
  test.each([
    ["no Accept", {}, "application/json"],
    ["*/*", { accept: "*/*" }, "application/json"],
    ["JSON alone", { accept: "application/json" }, "application/json"],
    ["a stream alone", { accept: "text/event-stream" }, "text/event-stream"],
    ["an empty Accept", { accept: "" }, "application/json"],
    ["anything but JSON", { accept: "*/*, application/json;q=0" }, "text/event-stream"],
  ])("a client that sends %s", async (_what, headers, type) => {
    const body = JSON.stringify(callMessage(1, "echo", { value: "hello" }));
    const sent = { ...client.headers, "content-type": "application/json; charset=utf-8", ...headers };
    const answer = await send(proxy.url, "POST", body, sent as Record<string, string>);
    expect(answer).toMatchObject({ status: 200, json: { id: 1, result: { content: [{ text: "hello" }] } } });
    expect(answer.headers["content-type"]).toBe(type);
  });

  test("notifications and answers, with 202 and no body", async () => {
    const none = { status: 202, text: "", headers: { "content-length": "0" } };
    expect(await client.post(note)).toMatchObject(none);
    expect(await client.post({ jsonrpc: "2.0", id: 77, result: {} })).toMatchObject(none);
  });

  test("a request without the version header, and another served version", async () => {
    const headers = { ...client.headers };
    delete headers["mcp-protocol-version"];
    expect(await post(proxy.url, list, headers)).toMatchObject({ status: 200 });
    const older = { ...headers, "mcp-protocol-version": "2025-03-26" };
    expect(await post(proxy.url, list, older)).toMatchObject({ status: 200 });
    expect(await post(proxy.url, [list], older)).toMatchObject({ status: 400 }); // what was settled on rules
  });

  test.each([["1"], [1], [0], [""], ["é\n"], [-5]])("the id %j, and gives it back as it was", async (id) => {
    expect((await client.call(id, "echo", { value: "x" })).json?.id).toBe(id);
  });

  test("an id and numbers beyond 2^53, and gives the same digits back", async () => {
    const answer = await client.post(
      JSON.stringify(callMessage("ID", "bigNumber")).replace('"ID"', "98765432109876543210"),
    );
    expect(answer.text).toContain('"id":98765432109876543210');
    expect(answer.text).toContain('"n":12345678901234567890');
  });

  test('the ids 1 and "1" at once', async () => {
    const [number, text] = await Promise.all([
      client.call(1, "echo", { value: "number", after: 50 }),
      client.call("1", "echo", { value: "text" }),
    ]);
    expect(number.json).toMatchObject({ id: 1, result: { content: [{ text: "number" }] } });
    expect(text.json).toMatchObject({ id: "1", result: { content: [{ text: "text" }] } });
  });

  test("ping, and answers it itself", async () => {
    expect((await client.post({ jsonrpc: "2.0", id: 3, method: "ping" })).json).toEqual({
      jsonrpc: "2.0",
      id: 3,
      result: {},
    });
    expect(await client.tool("seen")).not.toContain('"method":"ping"');
  });

  test("an error of the server, in a 200", async () => {
    expect(await client.call(9, "no-such-tool")).toMatchObject({
      status: 200,
      json: { id: 9, error: { code: -32_602 } },
    });
  });

  test("8 MB there and back", async () => {
    const value = "é".repeat(4_000_000);
    expect(await client.tool("echo", { value })).toBe(value);
  });
});

describe("batches", () => {
  const batch = [callMessage(1, "echo", { value: "a" }), note, callMessage("2", "echo", { value: "b" })];

  test("are answered by one array in 2025-03-26", async () => {
    const old = await TestClient.open(proxy.url, { version: "2025-03-26" });
    const answer = await old.post(batch);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual([
      expect.objectContaining({ id: 1, result: { content: [{ type: "text", text: "a" }] } }),
      expect.objectContaining({ id: "2", result: { content: [{ type: "text", text: "b" }] } }),
    ]);
    expect(await old.post([note, note])).toMatchObject({ status: 202, text: "" });
    const many = Array.from({ length: 101 }, () => note);
    expect(await old.post(many)).toMatchObject({ status: 400, json: { error: { code: -32_600 } } });
    expect(await old.post([initializeMessage()])).toMatchObject({ status: 400, json: { error: { code: -32_600 } } });
  });

  test.each(["2024-11-05", "2025-06-18", "2025-11-25"])("are refused in %s", async (version) => {
    const other = await TestClient.open(proxy.url, { version });
    expect(await other.post(batch)).toMatchObject({ status: 400, json: { error: { code: -32_600 } } });
  });
});

describe("versions", () => {
  test.each([
    ["2024-11-05", "2024-11-05"],
    ["2025-11-25", "2025-11-25"],
    ["2099-01-01", "2025-11-25"],
  ])("a client that asks for %s gets %s", async (asked, given) => {
    const answer = await post(proxy.url, initializeMessage(asked));
    expect(answer.json?.result).toMatchObject({ protocolVersion: given });
  });
});
