import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { LookUp } from "../../src/replicas/addresses.ts";
import { Peers } from "../../src/replicas/open-replicas.ts";
import { type Answer, send, TestClient, until } from "../fixtures/client.ts";
import { freePorts } from "../fixtures/free-ports.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { untilAlive, userOf } from "../fixtures/pair.ts";
import { fixture, type Options, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const canElicit = { capabilities: { elicitation: {} } };
const invalid = { status: 200, json: { error: { code: -32602, message: "Invalid or expired requestState" } } };
const lifetime = 1_500;

interface PeerPair extends AsyncDisposable {
  readonly a: RunningProxy;
  readonly b: RunningProxy;
}

/** Two proxies of one server, which share nothing but where they are. */
async function openPeers(options: Options = {}, names: readonly [string, string] = ["a", "b"]): Promise<PeerPair> {
  const ports = await freePorts(2);
  const urls = ports.map((port) => `http://localhost:${port}`);
  const open = (name: string, at: number) =>
    openProxy({ ...options, port: ports[at] as number, replica: { name, peers: new Peers({ name, urls, lifetime }) } });
  const [a, b] = (await Promise.all(names.map(open))) as [RunningProxy, RunningProxy];
  return {
    ...{ a, b },
    async [Symbol.asyncDispose]() {
      await Promise.all([a.close(), b.close()]);
    },
  };
}

async function openJoined(options: Options = {}): Promise<PeerPair> {
  const pair = await openPeers(options);
  await untilAlive(2, pair.a, pair.b);
  return pair;
}

function acceptanceOf({ json, text }: Answer): object {
  const { inputRequests, requestState } = (json?.result ?? {}) as Record<string, unknown>;
  if (typeof requestState !== "string") throw new Error(text);
  const [key = ""] = Object.keys(inputRequests as object);
  return { inputResponses: { [key]: { action: "accept", content: { name: "Ann" } } }, requestState };
}

const replicaAt = ({ port }: RunningProxy) => send(`http://127.0.0.1:${port}/replica`, "GET");

describe("replicas that ask each other", () => {
  test("pass on a session, and have a user's modern requests in one process", async () => {
    await using pair = await openJoined({ era: "legacy" });
    const session = await TestClient.open(pair.a.url);
    expect(session.headers["mcp-session-id"]).toMatch(/^a\./);
    expect(await new TestClient(pair.b.url, session.headers).tool("pid")).toBe(await session.tool("pid"));
    const user = userOf("a");
    const pids = [pair.a, pair.b].map(({ url }) => ModernClient.of(user, url).tool("pid"));
    expect(new Set(await Promise.all(pids)).size).toBe(1);
  }, 60_000);

  test.each([
    ["legacy", undefined, "elicit", { message: "?" }, "Ann"],
    ["modern", fixture("modern-server.mjs"), "ask", { what: "elicit", state: "kept" }, "kept"],
  ] as const)(
    "take an answer to a question of a %s server once, at whichever of them",
    async (era, file, tool, args, said) => {
      await using pair = await openJoined({
        era,
        ...(file === undefined ? {} : { command: [process.execPath, file] }),
      });
      const [here, there] = [pair.a, pair.b].map(({ url }) => ModernClient.of(userOf("a"), url)) as [
        ModernClient,
        ModernClient,
      ];
      const same = ModernClient.of(String(here.headers["x-user-id"]), there.url);
      const acceptance = acceptanceOf(await here.call(tool, args, canElicit));
      const answer = await same.call(tool, args, canElicit, acceptance);
      expect(answer.json?.result?.content[0].text).toContain(said);
      for (const client of [here, same])
        expect(await client.call(tool, args, canElicit, acceptance)).toMatchObject(invalid);
    },
    60_000,
  );

  test("take nothing up that one has asked that is gone: only it knows whether it was answered", async () => {
    await using pair = await openJoined({ era: "modern", command: [process.execPath, fixture("modern-server.mjs")] });
    const user = userOf("a");
    const [here, there] = [pair.a, pair.b].map(({ url }) => ModernClient.of(user, url)) as [ModernClient, ModernClient];
    const args = { what: "elicit", state: "kept" };
    const acceptance = acceptanceOf(await here.call("ask", args, canElicit));
    await pair.a.leave();
    await untilAlive(1, pair.b);
    expect(await there.call("ask", args, canElicit, acceptance)).toMatchObject(invalid);
  }, 60_000);

  test.each([
    ["no name", ""],
    ["of nobody", "nobody."],
    ["of another replica", "b."],
  ])(
    "refuse a requestState that begins with %s",
    async (_what, begin) => {
      await using pair = await openJoined({ era: "legacy" });
      const client = ModernClient.of(userOf("a"), pair.a.url);
      const asked = acceptanceOf(await client.call("elicit", { message: "?" }, canElicit)) as { requestState: string };
      expect(asked.requestState).toMatch(/^a\.v1\./);
      const acceptance = { ...asked, requestState: asked.requestState.replace(/^a\./, begin) };
      expect(await client.call("elicit", { message: "?" }, canElicit, acceptance)).toMatchObject(invalid);
    },
    60_000,
  );

  test("hear of one that leaves, and of one that is gone without a word", async () => {
    await using pair = await openJoined();
    expect(await replicaAt(pair.a)).toMatchObject({ status: 200, text: expect.stringContaining('"replica":"a"') });
    await pair.a.leave();
    expect((await replicaAt(pair.a)).status).toBe(503);
    await untilAlive(1, pair.b);
    const asking = new ModernClient(pair.a.url, { "x-user-id": userOf("a"), "mcp-session-id": "a.of-no-meaning" });
    expect(await asking.tool("echo", { value: "passed on" })).toBe("passed on"); // its wire has no sessions
    await using other = await openJoined();
    await other.a.close();
    await untilAlive(1, other.b);
    expect(await ModernClient.of(userOf("a"), other.b.url).tool("echo", { value: "here" })).toBe("here");
  }, 60_000);

  test("know each other, and say so in time, while no name server answers", async () => {
    await using pair = await openJoined();
    const { port } = pair.b;
    let asked = 0;
    const lookUp: LookUp = () => {
      asked += 1;
      return asked === 1 ? Promise.resolve([{ address: "127.0.0.1", family: 4 }]) : new Promise<never>(() => {});
    };
    const peers = new Peers({ name: "a", urls: [`http://b.example:${port}`], lifetime, lookUp });
    const namesIn = async () => (await peers.live()).map(({ name }) => name);
    const end = performance.now() + 2 * lifetime;
    while (performance.now() < end) expect(await namesIn()).toEqual(["b"]);
    expect(asked).toBe(2);
  }, 60_000);

  test("tell of two that have one name", async () => {
    await using pair = await openPeers({}, ["same", "same"]);
    await until(() => /another replica has this one's name/.test(pair.a.logged() + pair.b.logged()), 20_000);
  }, 60_000);

  test("say so to this machine's own names and addresses alone; without others there is nothing to say", async () => {
    await using pair = await openPeers();
    const asked = (headers: object) =>
      send(`http://127.0.0.1:${pair.a.port}/replica`, "GET", undefined, { ...headers });
    expect((await asked({ host: "evil.example" })).status).toBe(403);
    const alone = await openProxy();
    expect((await replicaAt(alone)).status).toBe(404);
    await alone.close();
  });
});

describe("who is asked whether it is a replica", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.closeAllConnections();
  });

  async function liveAt(listener: RequestListener) {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const peers = new Peers({ name: "a", urls: [`http://127.0.0.1:${port}`, "http://nobody.invalid:1"] });
    const live = await peers.live();
    server.close();
    return live.map(({ name }) => name);
  }
  const saying =
    (body: string, status = 200): RequestListener =>
    (_req, res) =>
      void res.writeHead(status).end(body);

  test.each<[string, RequestListener]>([
    ["that is no JSON", saying("<html>")],
    ["without a name", saying('{"instance":"x"}')],
    ["of a name that none has", saying('{"replica":"a b","instance":"x"}')],
    ["of no instance", saying('{"replica":"b"}')],
    ["that has no end", (_req, res) => void res.write(" ".repeat(4_096))],
    ["that leads elsewhere", (_req, res) => void res.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["that it has left", saying('{"replica":"b","instance":"x"}', 503)],
    ["that does not come", () => {}],
  ])("is none by an answer %s", async (_what, listener) => expect(await liveAt(listener)).toEqual([]));

  test("is one by its name", async () => expect(await liveAt(saying('{"replica":"b","instance":"x"}'))).toEqual(["b"]));
});
