import { describe, expect, test } from "@jest/globals";
import { type Answer, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";
import { fixture } from "../fixtures/proxy.ts";

const everything = { logLevel: "debug" };
const canElicit = { capabilities: { elicitation: {} } };
const secret = "what only ann may know";

const open = proxiesOfEachTest();
const command = (file: string): [string, string] => [process.execPath, fixture(file)];

/** What a client was told beside its answer. */
function linesOf({ events }: Answer): unknown[] {
  return events.flatMap(({ method, params }) => (method === "notifications/message" ? [params?.data] : []));
}

/** A call that logs once it is released, as its server works on. */
async function hold(client: ModernClient) {
  const call = await client.stream("tools/call", { name: "held", arguments: { says: secret } }, everything);
  await call.frame();
  return call;
}

async function giveUp(client: ModernClient): Promise<void> {
  const call = await hold(client);
  call.close();
  await until(async () => /notifications.cancelled/.test(await client.tool("seen")));
}

describe.each([
  ["legacy", "raw-server.mjs"],
  ["modern", "modern-server.mjs"],
] as const)("what a %s server logs", (era, file) => {
  test("of a call that was given up is told to no other; once that is answered each is told its own", async () => {
    const { url } = await open({ era, command: command(file) });
    const client = ModernClient.of("ann", url);
    await giveUp(client);
    expect(linesOf(await client.call("release", {}, everything))).toEqual([]);
    expect(linesOf(await client.call("log", {}, everything))).not.toEqual([]);
  });

  test("of a call that took too long is told to no other", async () => {
    const { url } = await open({ era, command: command(file), limits: { request: 2_000 } });
    const client = ModernClient.of("ann", url);
    const { json } = await client.call("held", { says: secret }, everything);
    expect(json?.error).toMatchObject({ data: { reason: "timeout" } });
    expect(linesOf(await client.call("release", {}, everything))).toEqual([]);
  });

  test("is told to nobody where all users share it: of whom it is cannot be known", async () => {
    const { url } = await open({ era, command: command(file), isShared: true });
    await giveUp(ModernClient.of("ann", url));
    const bob = ModernClient.of("bob", url);
    expect(linesOf(await bob.call("release", {}, everything))).toEqual([]);
    expect(linesOf(await bob.call("log", {}, everything))).toEqual([]);
  });

  test("is told to a user who has a process alone, though others share one", async () => {
    const { url } = await open({ era, command: command(file), isShared: true });
    const extensions = { "io.modelcontextprotocol/tasks": {} };
    const capabilities = era === "modern" ? { extensions } : canElicit.capabilities;
    expect(linesOf(await ModernClient.of("ann", url).call("log", {}, { ...everything, capabilities }))).not.toEqual([]);
  });
});

describe("what a legacy server logs while one call alone may ask its client something", () => {
  const talkative = () => open({ era: "legacy", flags: ["--telling-list"] });

  test("is told to that call, though a list is asked for beside it", async () => {
    const client = ModernClient.of("ann", (await talkative()).url);
    const params = { name: "held", arguments: { says: secret } };
    const call = await client.stream("tools/call", params, { ...everything, ...canElicit });
    await call.frame();
    const list = await client.stream("resources/list", {}, canElicit);
    expect(await call.next()).toMatchObject({ method: "notifications/message", params: { data: secret } });
    call.close();
    list.close();
  });

  test("is not told to a list, which may not ask", async () => {
    const client = ModernClient.of("ann", (await talkative()).url);
    const answer = await client.request("resources/list", {}, { ...everything, ...canElicit });
    expect([answer.json?.result?.resources, linesOf(answer)]).toEqual([[], []]);
  });
});
