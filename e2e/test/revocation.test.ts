import { expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { messageOf, post } from "../src/http.ts";
import { obtainTokens, type RegisteredClient } from "../src/oauth.ts";
import { type OpenStream, openStream } from "../src/open-stream.ts";
import { PlainBrowser } from "../src/person.ts";
import { processesOf, until } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";

const call = (id: number, name: string) => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name } });
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1.0.0" } },
};

interface Session {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** A session of that token on the server whose calls can wait. */
async function openSession(gateway: Gateway, token: string): Promise<Session> {
  const url = gateway.mcpUrl("faulty");
  const authorization = `Bearer ${token}`;
  const answer = await post(url, initialize, { authorization });
  expect(answer.status).toBe(200);
  return { url, headers: { authorization, "mcp-session-id": `${answer.headers["mcp-session-id"]}` } };
}

async function signIn(gateway: Gateway, browser = new PlainBrowser()) {
  const granted = await obtainTokens(gateway.origin, gateway.mcpUrl("faulty"), browser);
  return { ...granted, session: await openSession(gateway, granted.tokens.access_token) };
}

/** The stream of a GET, and that of a call that runs. */
async function openStreams({ url, headers }: Session): Promise<{ get: OpenStream; running: OpenStream }> {
  return { get: await openStream(url, headers), running: await openStream(url, headers, call(7, "wait")) };
}

/** That a session's running call gets its answer, and its GET stream is open still. */
async function expectAlive({ url, headers }: Session, { get, running }: Awaited<ReturnType<typeof openStreams>>) {
  expect((await post(url, call(8, "release"), headers)).status).toBe(200);
  expect(await running.ended).toContain("released");
  const isOpen = await Promise.race([get.ended.then(() => false), post(url, call(9, "pid"), headers).then(() => true)]);
  expect(isOpen).toBe(true);
  get[Symbol.dispose]();
}

async function revoke(gateway: Gateway, { clientId }: RegisteredClient, token: string): Promise<void> {
  const body = new URLSearchParams({ token, client_id: clientId });
  expect((await fetch(`${gateway.origin}/revoke`, { method: "POST", body })).status).toBe(200);
}

const pidOf = (gateway: Gateway, service: string) =>
  processesOf(gateway.folder).find(({ command }) => command.includes(`services/${service}/`))?.pid as number;

describeThroughBothEdges(
  () => ({ declaration: declarationOf("faulty") }),
  (test) => {
    test("/revoke ends the open streams and the running call of that grant, and of no other", async (gateway) => {
      const [ours, theirs] = [await signIn(gateway), await signIn(gateway)];
      const [ending, going] = [await openStreams(ours.session), await openStreams(theirs.session)];
      await revoke(gateway, ours.client, ours.tokens.refresh_token);
      expect(await ending.running.ended).toContain("access_revoked");
      await ending.get.ended;
      expect((await post(ours.session.url, call(2, "pid"), ours.session.headers)).status).toBe(401);
      await expectAlive(theirs.session, going);
    });

    test("/revoke of one access token ends what was opened with it", async (gateway) => {
      const { client, tokens, session } = await signIn(gateway);
      const { get, running } = await openStreams(session);
      await revoke(gateway, client, tokens.access_token);
      await Promise.all([get.ended, running.ended]);
    });

    test("what a person revokes on their page ends there and then, and another person's goes on", async (gateway) => {
      const browser = new PlainBrowser();
      const [alice, bob] = [
        await signIn(gateway, browser),
        await signIn(gateway, new PlainBrowser({ username: "bob" })),
      ];
      const [ending, going] = [await openStreams(alice.session), await openStreams(bob.session)];
      await browser.walk(`${gateway.origin}/account`); // presses every Revoke there, then Sign out everywhere
      await Promise.all([ending.get.ended, ending.running.ended]);
      await expectAlive(bob.session, going);
    });

    test("kill -9 of auth ends no stream and no running call of a grant that lives", async (gateway) => {
      const { session } = await signIn(gateway);
      const streams = await openStreams(session);
      process.kill(pidOf(gateway, "auth"), "SIGKILL");
      await gateway.untilAnswering();
      await until(
        async () => ((await post(session.url, call(2, "pid"), session.headers)).status === 200 ? true : undefined),
        "auth lets requests through again",
      );
      await expectAlive(session, streams);
    });

    test("a revocation that a proxy slept through is acted on when it wakes", async (gateway) => {
      const { client, tokens, session } = await signIn(gateway);
      const { get, running } = await openStreams(session);
      const proxy = pidOf(gateway, "proxy");
      process.kill(proxy, "SIGSTOP");
      try {
        await revoke(gateway, client, tokens.refresh_token);
      } finally {
        process.kill(proxy, "SIGCONT");
      }
      await Promise.all([get.ended, running.ended]);
    });

    test("a personal token for one tool lists and calls that one alone", async (gateway) => {
      const person = new PlainBrowser({
        answers: { name: "only pid", resource: gateway.mcpUrl("faulty"), tools: "p*" },
      });
      const page = (await person.walk(`${gateway.origin}/account/tokens`)).at(-1);
      const [, token = ""] = /<pre class="code"[^>]*>([^<]+)<\/pre>/.exec(page?.html ?? "") ?? [];
      const { url, headers } = await openSession(gateway, token);
      const listed = messageOf(await post(url, { jsonrpc: "2.0", id: 2, method: "tools/list" }, headers));
      expect(listed).toMatchObject({ result: { tools: [{ name: "pid" }] } });
      expect(messageOf(await post(url, call(3, "pid"), headers))).toMatchObject({ result: { content: [{}] } });
      const refused = messageOf(await post(url, call(4, "environment"), headers));
      expect(refused).toMatchObject({ error: { code: -32_602, message: "Unknown tool: environment" } });
    });
  },
);
