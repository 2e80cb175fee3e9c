import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@gateway/canary";
import type { Program, Run } from "../program.ts";
import { type Conversation, openOverHttp, openOverPipe } from "./asking.ts";
import { type BenchAuth, limits, openBenchAuth, startOurProxy } from "./our-proxy.ts";
import { openPrograms } from "./programs.ts";

/** One way to the same MCP server. */
export interface ProxyContender {
  readonly name: string;
  /** Undefined: the server is our own child. */
  readonly program: Program | undefined;
  /** How it was started. */
  readonly settings: string;
  /** `warm`: ours with a child that waits; `slow, warm`: of a server that takes 500 ms to start. */
  readonly role: "ours" | "warm" | "slow, warm" | "peer" | "yardstick";
  /** It is there for calls, too, not only for how a session is opened. */
  readonly canCall: boolean;
  open(): Promise<Conversation>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const echo = [process.execPath, here("./echo-server.js")] as const;
const bin = (name: string) => here(`../../node_modules/.bin/${name}`);

/**
 * Starts all that can run here, ours first. `close` ends them. All are sent the same requests, with what an edge adds to them: only
 * ours looks at it, but what carrying it costs is not ours alone.
 */
export async function startContenders(): Promise<{ contenders: ProxyContender[]; close: () => Promise<void> }> {
  const auth = await openBenchAuth();
  const programs = openPrograms();
  const { run } = programs;
  const contenders: ProxyContender[] = [
    ...(await startOurs(run, auth)),
    ...(await startPeers(run, auth)),
    await bareHttp(run, auth),
    await startFloor(run, auth),
    barePipe,
  ];
  const close = async () => {
    await programs[Symbol.asyncDispose]();
    auth.close();
  };
  return { contenders, close };
}

/** Proxies of others, at their fastest documented settings. */
async function startPeers(run: Run, auth: BenchAuth): Promise<ProxyContender[]> {
  const python = findPythonPeer();
  const peers = [
    await startPeer(run, auth, "supergateway 4.0.0, stateful", (port) => [
      bin("supergateway"),
      ...["--stdio", echo.join(" "), "--outputTransport", "streamableHttp", "--stateful"],
      ...["--port", port, "--logLevel", "none"],
    ]),
    await startPeer(run, auth, "mcp-proxy 6.7.19", (port) => [
      bin("mcp-proxy"),
      ...["--port", port, "--host", "127.0.0.1", "--server", "stream", "--no-eventStore", "--no-modern"],
      ...["--maxBodySize", "0", "--", ...echo],
    ]),
  ];
  if (python === undefined) return peers;
  const toCommand: ToCommand = (port) => [python, "--port", port, "--log-level", "error", ...echo];
  return [...peers, await startPeer(run, auth, "mcp-streamablehttp-proxy", toCommand)];
}

type ToCommand = (port: string) => readonly [string, ...string[]];

async function startPeer(run: Run, auth: BenchAuth, name: string, toCommand: ToCommand): Promise<ProxyContender> {
  const port = await freePort();
  const command = toCommand(String(port));
  const program = await run(command, port);
  const url = `http://127.0.0.1:${port}/mcp`;
  const open = () => openOverHttp(url, auth.identity(url));
  return { name, settings: settingsOf(command), program, role: "peer", canCall: true, open };
}

async function startFloor(run: Run, auth: BenchAuth): Promise<ProxyContender> {
  const command = [process.execPath, here("./floor-proxy.js"), ...echo] as const;
  const floor = await startPeer(run, auth, "floor: a proxy that checks nothing", () => command);
  return { ...floor, role: "yardstick" };
}

async function bareHttp(run: Run, auth: BenchAuth): Promise<ProxyContender> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const command = [process.execPath, here("./bare-http.js")] as const;
  return {
    name: "bare node:http echo",
    settings: settingsOf(command),
    program: await run(command, port),
    role: "yardstick",
    canCall: true,
    open: () => openOverHttp(url, auth.identity(url)),
  };
}

const barePipe: ProxyContender = {
  name: "the child on a bare pipe",
  settings: settingsOf(echo),
  program: undefined,
  role: "yardstick",
  canCall: true,
  open: () => openOverPipe(echo),
};

/** What was typed, without the folders. */
function settingsOf(command: readonly string[]): string {
  return command.map((word) => word.replaceAll(/(^| )\S*\//g, "$1")).join(" ");
}

interface OwnOptions {
  readonly name: string;
  readonly role: "ours" | "warm" | "slow, warm";
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Ours as it runs behind auth. As it is, and with a warm child. */
async function startOurs(run: Run, auth: BenchAuth): Promise<ProxyContender[]> {
  const start = async ({ name, role, flags = [], env }: OwnOptions): Promise<ProxyContender> => {
    const { program, url, identity, command } = await startOurProxy(run, auth, [...echo, ...flags], env);
    const open = () => openOverHttp(url, identity());
    const settings = `${settingsOf(command)} (assertions checked, ${JSON.stringify({ ...limits, ...env })})`;
    return { name, settings, program, role, canCall: role === "ours", open };
  };
  const warm = { MCP_WARM_SESSIONS: "1" };
  return [
    await start({ name: "ours", role: "ours" }),
    await start({ name: "ours, warm", role: "warm", env: warm }),
    await start({ name: "ours, warm, 500 ms to start", role: "slow, warm", flags: ["--slow"], env: warm }),
  ];
}

/** The original's proxy, by uv; undefined where there is no uv. Run as the program itself, so that its CPU is seen. */
function findPythonPeer(): string | undefined {
  const uvx = process.env.UVX_BIN ?? join(homedir(), ".cache/mcp-oauth-gateway/uv/bin/uvx");
  const script = "import shutil; print(shutil.which('mcp-streamablehttp-proxy'))";
  for (const program of [uvx, "uvx"]) {
    try {
      const from = ["--quiet", "--from", "mcp-streamablehttp-proxy", "python", "-c", script];
      return execFileSync(program, from, { encoding: "utf8" }).trim();
    } catch {
      // No such program, or no network: the next one.
    }
  }
  return undefined;
}
