import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callMessage, type Headers, initializeMessage, post, send, TestClient } from "../fixtures/client.ts";
import { FakeAuth } from "../fixtures/fake-auth.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

let auth: FakeAuth;
let proxy: RunningProxy;
beforeAll(async () => {
  auth = await FakeAuth.open();
  const [path] = auth.access.audiences;
  proxy = await openProxy({
    access: { ...auth.access, audiences: [path, "http://test.localhost:8080/mcp"] },
    findKey: auth.findKey,
    front: { hosts: ["localhost:8080", "test.localhost:8080"], alone: false },
    tools: { allow: ["*"] },
    scopes: {
      "process:see": { tools: ["pid"], methods: ["logging/setLevel"] },
      "process:end": { tools: ["crash"], implies: ["process:see"] },
    },
  });
});
afterAll(async () => {
  await proxy.close();
  auth.close();
});

/** A client with a token of this scope. */
async function connect(scope: string, version = "2025-11-25"): Promise<TestClient> {
  const identity = auth.headers("j", { scope });
  const { headers } = await post(proxy.url, initializeMessage(version), identity);
  const session = { "mcp-session-id": String(headers["mcp-session-id"]), "mcp-protocol-version": version };
  return new TestClient(proxy.url, { ...identity, ...session });
}

/** What the server behind has read in this session. */
const heardBy = async (client: TestClient) => JSON.parse(await client.tool("seen")).join("\n");

const metadata = "http://localhost:8080/.well-known/oauth-protected-resource/test/mcp";
const challenge = (scope: string, resourceMetadata = metadata) =>
  `Bearer realm="mcp", resource_metadata="${resourceMetadata}", scope="${scope}", error="insufficient_scope", ` +
  'error_description="The token lacks a scope that this operation needs"';

describe("a token whose scope is too small", () => {
  test("is told in header and body which one the operation needs, and the server does not hear of it", async () => {
    const client = await connect("mcp");
    const { status, headers, json } = await client.call("seven", "pid");
    expect(status).toBe(403);
    expect(headers["www-authenticate"]).toBe(challenge("mcp process:see"));
    expect(headers["cache-control"]).toBe("no-store");
    expect(json).toEqual({
      jsonrpc: "2.0",
      id: "seven",
      error: {
        code: -32_000,
        message: "The token lacks a scope that this operation needs",
        data: { scope: "mcp process:see" },
      },
    });
    expect(await heardBy(client)).not.toContain('"pid"');
  });

  test("is told so in the wire of its request, whatever the headers say: its older codes are not of the newer one", async () => {
    const message = new ModernClient(proxy.url).message("tools/call", { name: "pid" });
    const { status, json } = await post(proxy.url, message, auth.headers("j", { scope: "mcp" }));
    expect([status, json]).toMatchObject([403, { id: 1, error: { code: -32_600 } }]);
  });

  test("is told so by status and JSON where the client would take an event stream only", async () => {
    const client = await connect("mcp");
    const answer = await client.post(callMessage(1, "pid"), { accept: "text/event-stream" });
    expect(answer).toMatchObject({ status: 403, json: { id: 1 } });
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  test("gets nothing of a batch done in which one message needs more", async () => {
    const client = await connect("mcp", "2025-03-26");
    const { status, headers, json } = await client.post([
      callMessage(1, "echo", { value: "canary" }),
      callMessage(2, "crash"),
      { jsonrpc: "2.0", id: 3, method: "logging/setLevel", params: { level: "info" } },
    ]);
    expect(status).toBe(403);
    expect(headers["www-authenticate"]).toBe(challenge("mcp process:see process:end"));
    expect(json).toMatchObject({ id: null, error: { code: -32_000 } });
    expect(await heardBy(client)).not.toContain("canary");
  });

  test("cannot pass one tool off as another by a name that stands twice", async () => {
    const client = await connect("mcp");
    const params = '{"name":"pid","name":"echo","arguments":{"value":"served"}}';
    const { text } = await client.post(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
    expect(text).toContain("served");
    expect(await heardBy(client)).not.toContain('"pid"');
  });

  test.each([
    ["the tool", { name: "echo", Name: "pid", arguments: { value: "canary" } }, {}],
    ["the method", { name: "pid" }, { method: "prompts/list", Method: "tools/call" }],
  ])("cannot pass one thing off as another to a server that heeds no case: %s", async (_what, params, others) => {
    const client = await connect("mcp");
    const answer = await client.post({ ...callMessage(1, "pid"), params, ...others });
    expect(answer).toMatchObject({ status: 400, json: { id: 1, error: { code: -32_600 } } });
    expect(await heardBy(client)).not.toContain('"pid"');
  });

  test("cannot call without an id, nor can any other", async () => {
    const { id: _, ...message } = callMessage(0, "pid");
    const client = await connect("mcp");
    expect(await client.post(message)).toMatchObject({ status: 403, json: { id: null } });
    const wide = await connect("mcp process:see");
    expect((await wide.post(message)).status).toBe(202);
    expect(await heardBy(wide)).not.toContain('"pid"');
  });

  test.each([
    ["the path form with a slash", "localhost:8080", "/", `${metadata}/`],
    [
      "the host form",
      "TEST.localhost.:8080",
      "",
      "http://test.localhost:8080/.well-known/oauth-protected-resource/mcp",
    ],
  ])("is led to the document of the address that was called: %s", async (_what, host, slash, document) => {
    const client = await connect("mcp");
    const headers: Headers = { ...client.headers, host };
    const answer = await post(`${proxy.url}${slash}`, callMessage(1, "pid"), headers);
    expect(answer.headers["www-authenticate"]).toBe(challenge("mcp process:see", document));
  });

  test("lists all tools, so that a client knows what to ask for", async () => {
    const client = await connect("mcp");
    const { json } = await client.post({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect(JSON.stringify(json?.result)).toContain('"pid"');
  });

  test("opens, resumes and ends sessions", async () => {
    const client = await connect("mcp");
    const stream = await client.stream();
    stream.close();
    expect((await send(proxy.url, "DELETE", undefined, client.headers)).status).toBe(200);
  });
});

describe("a token with the scope", () => {
  test("calls in the session that a smaller one began, which goes on as well", async () => {
    const client = await connect("mcp");
    const more = new TestClient(proxy.url, { ...client.headers, ...auth.headers("k", { scope: "mcp process:see" }) });
    expect(await more.tool("pid")).toMatch(/\d/);
    expect(await heardBy(more)).toContain('"pid"');
    expect(await client.tool("echo", { value: "served" })).toBe("served");
    expect((await client.call(1, "pid")).status).toBe(403);
  });

  test("calls what a broader one implies", async () => {
    const client = await connect("mcp process:end");
    expect(await client.tool("pid")).toMatch(/\d/);
  });
});
