import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { connect, openEcho, post } from "./fixtures/running-echo.ts";

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
const signature = "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
const token = `${encoded({ alg: "RS256" })}.${encoded({ sub: "gh|1", jti: "the-id-of-it" })}.${signature}`;
const fromGateway = {
  "x-user-id": "1",
  "x-user-name": "ada",
  "x-auth-token": token,
  "x-auth-scope": "mcp",
  "x-gateway-assertion": "an-assertion",
};
const tools = [
  ...["echo", "printHeader", "bearerDecode", "authContext", "requestTiming", "corsAnalysis", "environmentDump"],
  ...["healthProbe", "whoIStheGOAT"],
];

describe.each(["stateless", "stateful"] as const)("mcp-echo %s", (mode) => {
  let echo: Awaited<ReturnType<typeof openEcho>>;
  let client: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    echo = await openEcho(mode);
    client = await connect(echo.url, fromGateway);
  });
  afterAll(async () => {
    await client.client.close();
    await echo[Symbol.asyncDispose]();
  });

  test("has the original's tools", async () => {
    expect(await client.tools()).toEqual(mode === "stateful" ? [...tools, "replayLastEcho", "sessionInfo"] : tools);
  });

  test.each(["printHeader", "bearerDecode", "authContext", "requestTiming", "corsAnalysis", "environmentDump"])(
    "%s shows no credential",
    async (tool) => {
      const shown = await client.call(tool);
      for (const secret of [token, signature, "the-id-of-it", "an-assertion", "k-very-secret", "/home/ada"]) {
        expect(shown).not.toContain(secret);
      }
      expect(shown).not.toContain(client.sessionId() ?? "no session");
    },
  );

  test("echo refuses a call without a message", async () => {
    expect(await client.call("echo")).toMatch(/message/);
  });

  test("echo gives back what it was given", async () => {
    expect(await client.call("echo", { message: "täst\n" })).toBe("täst\n");
  });

  test("printHeader shows what came, and how long a credential is", async () => {
    expect(JSON.parse(await client.call("printHeader"))).toMatchObject({
      "x-user-name": "ada",
      "x-auth-token": `(not shown, ${token.length} characters)`,
    });
  });

  test("bearerDecode shows header and claims", async () => {
    expect(JSON.parse(await client.call("bearerDecode"))).toMatchObject({
      header: { alg: "RS256" },
      payload: { sub: "gh|1" },
    });
  });

  test("authContext and whoIStheGOAT know who calls", async () => {
    expect(JSON.parse(await client.call("authContext"))).toMatchObject({ user: "ada", userId: "1", scope: "mcp" });
    expect(await client.call("whoIStheGOAT")).toBe("ada is the GOAT.");
  });

  test("environmentDump shows names, and values that cannot be secret", async () => {
    expect(JSON.parse(await client.call("environmentDump")).variables).toEqual({
      API_KEY: "(not shown, 13 characters)",
      PATH: "(not shown, 13 characters)",
      PORT: "3000",
    });
  });

  test("requestTiming, corsAnalysis and healthProbe say what they know", async () => {
    const { servingMilliseconds, traceparent } = JSON.parse(await client.call("requestTiming"));
    expect({ traceparent, isLate: servingMilliseconds > 0 }).toEqual({ traceparent: "none", isLate: true });
    expect(JSON.parse(await client.call("corsAnalysis")).verdict).toContain("does not matter");
    expect(JSON.parse(await client.call("healthProbe"))).toMatchObject({ status: "ok" });
  });

  test("without the gateway the tools know nobody", async () => {
    await using unknown = await connect(echo.url);
    expect(await unknown.call("whoIStheGOAT")).toContain("Nobody");
    expect(await unknown.call("bearerDecode")).toContain("No token");
  });

  test("bearerDecode takes the token from Authorization, and says so when it is opaque", async () => {
    await using direct = await connect(echo.url, { authorization: "Bearer opaque-token-of-a-kind" });
    const shown = await direct.call("bearerDecode");
    expect(shown).toContain("opaque");
    expect(shown).not.toContain("opaque-token-of-a-kind");
  });
});

describe("mcp-echo stateless", () => {
  test("serves MCP 2026-07-28 too", async () => {
    await using echo = await openEcho("stateless");
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    await client.connect(new StreamableHTTPClientTransport(new URL(echo.url)));
    const { content } = await client.callTool({ name: "echo", arguments: { message: "modern" } });
    expect(content).toEqual([{ type: "text", text: "modern" }]);
    await client.close();
  });

  test("refuses a protocol version that it does not know, and GET", async () => {
    await using echo = await openEcho("stateless");
    const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    expect((await post(echo.url, list, { "mcp-protocol-version": "1999-01-01" })).status).toBe(400);
    expect((await fetch(echo.url, { headers: { accept: "text/event-stream" } })).status).toBe(405);
  });
});
