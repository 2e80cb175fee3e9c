import { describe, expect, test } from "@jest/globals";
import { TestClient } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, type Options, openProxy } from "../fixtures/proxy.ts";

const server = (name: string, ...flags: string[]): [string, ...string[]] => [process.execPath, fixture(name), ...flags];
const longestStart = 60_000; // ms
const canElicit = { capabilities: { elicitation: {} } };

async function open(options: Options) {
  const proxy = await openProxy(options);
  return Object.assign(proxy, { [Symbol.asyncDispose]: () => proxy.close() });
}

describe("a legacy server that exits on any request before initialize", () => {
  test("is found out about, serves both kinds of clients, and is asked to call back", async () => {
    await using proxy = await open({ command: server("raw-server.mjs", "--exit-before-initialize") });
    const client = new ModernClient(proxy.url);
    expect((await client.request("server/discover")).json?.result).toMatchObject({ supportedVersions: ["2026-07-28"] });
    expect((await client.call("elicit", { message: "?" }, canElicit)).json?.result?.resultType).toBe("input_required");
    expect(await (await TestClient.open(proxy.url)).tool("echo", { value: "x" })).toBe("x");
  });
});

test("a legacy server that answers initialize with a version nobody knows is not used for a modern client either", async () => {
  await using proxy = await open({ command: server("raw-server.mjs", "--own-version") });
  expect(await new ModernClient(proxy.url).call("echo", { value: "x" })).toMatchObject({
    status: 200,
    json: { error: { code: -32603, data: { supported: expect.arrayContaining(["2025-11-25"]) } } },
  });
});

test("a server that is silent for 25 s at its start serves both kinds of clients then", async () => {
  const limits = { startup: longestStart, warm: 2 };
  await using proxy = await open({ command: server("raw-server.mjs", "--very-slow-start"), limits });
  const client = new ModernClient(proxy.url);
  const legacy = TestClient.open(proxy.url).then((opened) => opened.tool("echo", { value: "old" }));
  expect(await Promise.all([client.tool("echo", { value: "new" }), legacy])).toEqual(["new", "old"]);
}, 90_000);

describe.each([
  ["legacy", server("raw-server.mjs", "--log-pid", "--noisy")],
  ["modern", server("modern-server.mjs", "--noisy")],
] as const)("a %s server that prints what is no message", (era, command) => {
  test("is found out about, and serves modern clients", async () => {
    await using proxy = await open({ command: [...command] });
    const client = new ModernClient(proxy.url);
    const values = ["a", "b", "c"];
    expect(await Promise.all(values.map((value) => client.tool("echo", { value })))).toEqual(values);
    const { text } = await client.request("tools/list");
    expect(text).not.toContain("at work");
    expect(proxy.modern.children).toBe(1);
    expect(proxy.logged()).toContain(`"${era}":true`);
  });
});
