import { fileURLToPath } from "node:url";
import type { Run } from "../program.ts";
import { askStatelessly, type Conversation, openOverHttp } from "../proxy/asking.ts";
import { type BenchAuth, startOurProxy } from "../proxy/our-proxy.ts";
import { childrenOf } from "../proxy/process.ts";
import type { Lane } from "./lanes.ts";
import type { Left } from "./looks.ts";

const server = fileURLToPath(new URL("../proxy/echo-server.js", import.meta.url));

/** Seconds after which a session that was abandoned ends. */
const idleLimit = 5;
/** Milliseconds from one session that is abandoned to the next: ten thousand in half an hour. */
const abandonEvery = 180;

const call = (text: string) => ({ name: "echo", arguments: { text } });
const withProgress = { name: "progress", arguments: { steps: 5 }, _meta: { progressToken: 1 } };
const large = "x".repeat(64 * 1_024);

/** Starts the proxy, and gives what comes to it: calls of all kinds in sessions that stay, come and go, or are abandoned. */
export async function openProxyLanes(run: Run, auth: BenchAuth) {
  const env = { SESSION_TIMEOUT: `${idleLimit}` };
  const { program, url, identity } = await startOurProxy(run, auth, [process.execPath, server], env);
  const open = () => openOverHttp(url, identity());
  const stateless = askStatelessly(url, identity());
  const staying: Conversation[] = [];
  const inSession = async (name: string, every: number, use: (session: Conversation) => Promise<unknown>) => {
    const session = await open();
    staying.push(session);
    return { name, every, turn: () => use(session) };
  };
  const comeAndGo = async () => {
    await using session = await open();
    await session.ask("tools/call", call("hello"));
  };
  const lanes: readonly Lane[] = [
    await inSession("call", 10, ({ ask }) => ask("tools/call", call("hello"))),
    await inSession("large call", 100, ({ ask }) => ask("tools/call", call(large))),
    await inSession("call with progress", 50, ({ watch }) => watch("tools/call", withProgress)),
    await inSession("list", 20, ({ ask }) => ask("tools/list", {})),
    { name: "stateless call", every: 10, turn: () => stateless.ask("tools/call", call("hello")) },
    { name: "session that ends", every: 500, turn: comeAndGo },
    { name: "session abandoned", every: abandonEvery, overlaps: true, turn: open },
  ];
  const end = () => Promise.all(staying.map((session) => session[Symbol.asyncDispose]()));
  const left = async (): Promise<Left> => {
    const { sessions } = (await (await fetch(new URL("/health", url))).json()) as { sessions: number };
    return { sessions, children: childrenOf(program.pid, "echo-server") };
  };
  return { program, lanes, end, left };
}
