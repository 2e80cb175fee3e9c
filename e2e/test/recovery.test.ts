import { expect } from "@jest/globals";
import { askedWhile } from "../src/ask-steadily.ts";
import { describeThroughBothEdges } from "../src/edges.ts";
import { type Gateway, say } from "../src/gateway.ts";
import { messageOf, post, send } from "../src/http.ts";
import { obtainTokens, refresh } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { isAlive, type Process, processesOf, until, untilAllGone } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";

const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1.0.0" } },
};

/** A session on a server that shows its process, and that process. */
async function openSession(gateway: Gateway, server: "faulty" | "stateful" = "faulty") {
  const url = gateway.mcpUrl(server);
  const { tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser());
  const authorization = `Bearer ${tokens.access_token}`;
  const answer = await post(url, initialize, { authorization });
  expect(answer.status).toBe(200);
  const headers = { authorization, "mcp-session-id": `${answer.headers["mcp-session-id"]}` };
  return { url, authorization, headers, child: await childOf(url, headers) };
}

/** The process that serves a session now. */
async function childOf(url: string, headers: Record<string, string>): Promise<number> {
  const shown = messageOf(await post(url, { ...list, method: "tools/call", params: { name: "pid" } }, headers));
  const { content } = shown.result as { content: { text: string }[] };
  return Number(content[0]?.text);
}

/** The one process of a gateway whose command matches. */
function processOf(gateway: Gateway, command: RegExp): Process {
  const found = processesOf(gateway.folder).filter((process) => command.test(process.command));
  expect(found.map((process) => process.command)).toHaveLength(1);
  return found[0] as Process;
}

/** Waits until a request is answered with this status. */
function untilStatus(status: number, ask: () => Promise<{ status: number }>): Promise<unknown> {
  return until(async () => ((await ask().catch(() => undefined))?.status === status ? true : undefined), `a ${status}`);
}

describeThroughBothEdges(
  () => ({ declaration: declarationOf("faulty", "stateful", "headers") }),
  (test) => {
    test("after kill -9 of auth, tokens and sessions go on as they were", async (gateway) => {
      const session = await openSession(gateway);
      process.kill(processOf(gateway, /services\/auth\//).pid, "SIGKILL");
      await untilStatus(200, () => post(session.url, list, session.headers));
      await gateway.untilAnswering();
    });

    test("who asks while auth starts anew after kill -9 is served, or told when to come back", async (gateway) => {
      const session = await openSession(gateway);
      const statuses = await askedWhile(
        [async () => (await post(session.url, list, session.headers)).status],
        async () => {
          process.kill(processOf(gateway, /services\/auth\//).pid, "SIGKILL");
          await untilStatus(401, () => post(session.url, list));
        },
      );
      expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    });

    test("while auth hangs nobody gets to a server, and whoever asks is told when to come back", async (gateway) => {
      const session = await openSession(gateway);
      const { pid } = processOf(gateway, /services\/auth\//);
      process.kill(pid, "SIGSTOP");
      const metadata = `${gateway.origin}/.well-known/oauth-authorization-server`;
      const answers = await Promise.all([post(session.url, list, session.headers), send(metadata)]);
      process.kill(pid, "SIGCONT");
      for (const { status, headers, text } of answers) {
        expect([status, headers["retry-after"], headers["content-type"]]).toEqual([503, "5", "application/json"]);
        expect(JSON.parse(text)).toMatchObject({ error: "temporarily_unavailable" });
      }
      await untilStatus(200, () => post(session.url, list, session.headers));
    });

    test("after kill -9 of a proxy its children are gone, and its sessions go on with new ones", async (gateway) => {
      const session = await openSession(gateway);
      process.kill(processOf(gateway, /services\/proxy\/.*faulty-server\.js$/).pid, "SIGKILL");
      await until(() => (isAlive(session.child) ? undefined : true), "the end of the child");
      await untilStatus(200, () => post(session.url, list, session.headers));
      expect(await childOf(session.url, session.headers)).not.toBe(session.child);
    });

    test("after kill -9 of a child its session goes on with a new one", async (gateway) => {
      const session = await openSession(gateway);
      process.kill(session.child, "SIGKILL");
      await untilStatus(200, () => post(session.url, list, session.headers));
      expect(await childOf(session.url, session.headers)).not.toBe(session.child);
    });

    test("after kill -9 of a child of a stateful server its session is gone, and a new one is served", async (gateway) => {
      const session = await openSession(gateway, "stateful");
      process.kill(session.child, "SIGKILL");
      await untilStatus(404, () => post(session.url, list, session.headers));
      expect((await post(session.url, initialize, { authorization: session.authorization })).status).toBe(200);
    });

    test("after kill -9 of a native server it answers again", async (gateway) => {
      const url = gateway.mcpUrl("headers");
      const { tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser());
      process.kill(processOf(gateway, /^\S+ \S+header-server\.js$/).pid, "SIGKILL");
      await untilStatus(200, () => post(url, list, { authorization: `Bearer ${tokens.access_token}` }));
    });

    test("after kill -9 of the edge it answers again, and sessions go on", async (gateway) => {
      const session = await openSession(gateway);
      process.kill(processOf(gateway, /services\/edge\/|traefik-?\S* /).pid, "SIGKILL");
      await untilStatus(200, () => post(session.url, list, session.headers));
    });

    test("Ctrl-C leaves no process, and after the next up the client and its refresh token still work", async (gateway) => {
      const url = gateway.mcpUrl("faulty");
      const { client, tokens } = await obtainTokens(gateway.origin, url, new PlainBrowser());
      expect(await gateway.end("SIGINT")).toBe(0);
      await untilAllGone(gateway.folder, 1_000);
      await gateway.up();
      expect((await post(url, initialize)).status).toBe(401);
      const renewed = await refresh(gateway.origin, client, tokens.refresh_token);
      expect((await post(url, initialize, { authorization: `Bearer ${renewed.access_token}` })).status).toBe(200);
    });

    test("a second up lets clients in without waiting for its servers", async (gateway) => {
      await gateway.end();
      const silent = { command: process.execPath, args: ["-e", "process.stdin.resume()"] };
      await gateway.declare({ mcpServers: { ...declarationOf("faulty").mcpServers, silent } });
      await gateway.up();
      expect((await post(gateway.mcpUrl("faulty"), initialize)).status).toBe(401);
      const { printed } = await say(gateway, ["status", "--json"]);
      const { servers } = JSON.parse(printed) as { servers: { name: string; state: { kind: string } }[] };
      expect(servers.find(({ name }) => name === "silent")?.state.kind).toBe("starting");
    });

    test("kill -9 of the supervisor leaves no process, and what was acknowledged is still there", async (gateway) => {
      const session = await openSession(gateway);
      const { client, tokens } = await obtainTokens(gateway.origin, session.url, new PlainBrowser());
      await gateway.end("SIGKILL");
      await untilAllGone(gateway.folder);
      expect(isAlive(session.child)).toBe(false);
      await gateway.up();
      const renewed = await refresh(gateway.origin, client, tokens.refresh_token);
      expect((await post(session.url, initialize, { authorization: `Bearer ${renewed.access_token}` })).status).toBe(
        200,
      );
    });
  },
);
