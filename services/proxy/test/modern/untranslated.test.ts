import { describe, expect, test } from "@jest/globals";
import { until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, type Options, openProxy } from "../fixtures/proxy.ts";

const hasRoots = { capabilities: { roots: {} } };
const nobody = '"code":-32603,"message":"No request of the client can be asked this"';

/** Beyond what a test may take: nothing waited for it. Milliseconds. */
const longStart = 600_000;

async function open(options: Options) {
  const proxy = await openProxy({ era: "legacy", ...options });
  return Object.assign(proxy, { [Symbol.asyncDispose]: () => proxy.close() });
}

describe("a legacy server that asks a modern client what no request of it can be asked (mcp-wire.md 4.5)", () => {
  test("after its call is told so, and the next call is asked nothing", async () => {
    await using proxy = await open({});
    const client = new ModernClient(proxy.url);
    expect(await client.tool("askLater", {}, hasRoots)).toBe("asked later");
    await until(() => proxy.logged().includes("its question was answered"));
    expect(JSON.parse(await client.tool("seen", {}, hasRoots)).join("\n")).toContain(nobody);
  });

  test("in a call that it answers without waiting is told that nobody will", async () => {
    await using proxy = await open({});
    const client = new ModernClient(proxy.url);
    expect(await client.tool("askAside", {}, hasRoots)).toBe("asked aside");
    await until(() => proxy.logged().includes("its question was answered"));
    expect(JSON.parse(await client.tool("seen", {}, hasRoots)).join("\n")).toContain('"code":-32603');
  });

  test("while it lists its tools is told so, and lists them all the same", async () => {
    await using proxy = await open({ flags: ["--ask-while-listing"], limits: { startup: longStart } });
    const client = new ModernClient(proxy.url);
    expect((await client.request("tools/list", {}, hasRoots)).json?.result?.tools).toContainEqual({ name: "echo" });
    expect(JSON.parse(await client.tool("seen", {}, hasRoots)).join("\n")).toContain(nobody);
  });

  test("while it lists its tools before its first call is told so, and the call is made", async () => {
    await using proxy = await open({ flags: ["--ask-while-listing"], limits: { startup: longStart } });
    const client = new ModernClient(proxy.url);
    expect(JSON.parse(await client.tool("seen", {}, hasRoots)).join("\n")).toContain(nobody);
  });
});

test("a legacy server that asks as soon as it has started asks the client that made it start", async () => {
  await using proxy = await open({ flags: ["--curious"] });
  const client = new ModernClient(proxy.url);
  const asked = await client.call("hang", {}, hasRoots);
  expect(asked.json?.result).toMatchObject({
    resultType: "input_required",
    inputRequests: { r1_1: { method: "roots/list" } },
  });
});

describe("a legacy server that asks for roots while no call can be asked", () => {
  const srv = { roots: [{ uri: "file:///srv" }] };

  /** Calls a tool that asks for the roots, and gives them. */
  async function giveRoots(client: ModernClient): Promise<void> {
    const { json, text } = await client.call("roots", {}, hasRoots);
    const { inputRequests = {}, requestState } = (json?.result ?? {}) as Record<string, object>;
    const [key] = Object.keys(inputRequests);
    if (key === undefined) throw new Error(text);
    await client.call("roots", {}, hasRoots, { inputResponses: { [key]: srv }, requestState });
  }
  /** What the server is answered once its call is over. */
  async function answerTo(client: ModernClient, logged: () => string): Promise<string | undefined> {
    await client.tool("askLater", {}, hasRoots);
    await until(() => logged().includes("its question was answered"));
    const seen: string[] = JSON.parse(await client.tool("seen", {}, hasRoots));
    return seen.findLast((line) => line.startsWith("roots "));
  }

  test("gets those that the client gave last", async () => {
    await using proxy = await open({});
    const client = new ModernClient(proxy.url);
    await giveRoots(client);
    expect(await answerTo(client, proxy.logged)).toBe(`roots ${JSON.stringify(srv)}`);
  });

  test("gets none that another user's client gave", async () => {
    await using proxy = await open({});
    await giveRoots(ModernClient.of("ann", proxy.url));
    expect(await answerTo(ModernClient.of("ben", proxy.url), proxy.logged)).toContain("-32603");
  });
});

describe.each([
  ["legacy", "raw-server.mjs"],
  ["modern", "modern-server.mjs"],
] as const)("a %s server that does not answer a modern client in time", (era, name) => {
  test("has it told so, with a status that says nothing of the way there", async () => {
    await using proxy = await open({
      era,
      command: [process.execPath, fixture(name)],
      limits: { request: 1_000 },
    });
    const json = { accept: "application/json" };
    expect(await new ModernClient(proxy.url).request("tools/call", { name: "hang" }, {}, json)).toMatchObject({
      status: 200,
      json: { id: 1, error: { code: -32603, data: { reason: "timeout" } } },
    });
  });
});
