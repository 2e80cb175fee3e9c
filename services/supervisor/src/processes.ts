import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { authHeapFlags, type Program, type StdioServer } from "@gateway/config";
import { ownProgramOf } from "@gateway/registry";
import type { DataDir } from "./data-dir.ts";
import { fetchKey, isPackageRunner } from "./domain/package-runner.ts";
import { authEnvironment, edgeEnvironment, proxyEnvironment } from "./domain/service-environment.ts";
import { operatorSocketPath } from "./operator-socket.ts";
import type { ServerProcess } from "./running-server.ts";
import type { Settings } from "./settings.ts";
import type { ProcessSpec } from "./supervised.ts";

/** Our own programs end in an orderly way when their standard input ends; the rest is for one that hangs. */
const ownWaits = { stdin: 12_000, terminate: 2_000 };
/** A foreign program may not read its standard input: it is told by SIGTERM soon. */
const foreignWaits = { stdin: 200, terminate: 4_000 };

const authProgram = serviceProgram("auth");
const proxyProgram = serviceProgram("proxy");
const edgeProgram = serviceProgram("edge");

// From src/ and from dist/ the way to a built service is the same.
function serviceProgram(service: string): string {
  return fileURLToPath(new URL(`../../${service}/dist/main.js`, import.meta.url));
}

/** What starts a command: one of our own MCP servers is named by its program alone. */
export function startedBy([program, ...args]: Program["command"]): Program["command"] {
  const own = ownProgramOf(program);
  return own === undefined ? [program, ...args] : [...node(serviceProgram(own)), ...args];
}

function node(program: string, flags: readonly string[] = []): [string, ...string[]] {
  return [process.execPath, ...flags, program];
}

/** The authorization server. */
export function authProcess(settings: Settings, dataDir: DataDir, port: number, resourcesFile: string): ProcessSpec {
  const { environment, url: issuer, corsOrigins } = settings;
  const operatorSocket = operatorSocketPath(dataDir.auth, environment, "operator.sock");
  const own = { port, issuer, resourcesFile, dataDir: dataDir.auth, operatorSocket, corsOrigins };
  return {
    name: "auth",
    command: node(authProgram, authHeapFlags),
    env: authEnvironment(environment, own),
    cwd: dataDir.path,
    endWaits: ownWaits,
  };
}

/** The edge, on the public port. */
export function edgeProcess(settings: Settings, dataDir: DataDir, routesFile: string): ProcessSpec {
  const env = edgeEnvironment(settings.environment, { port: settings.port, routesFile });
  return { name: "edge", command: node(edgeProgram), env, cwd: dataDir.path, endWaits: ownWaits };
}

/** Traefik in the edge's place, with files that were rendered for it. */
export function traefikProcess(traefik: string, dataDir: DataDir, configFile: string): ProcessSpec {
  const command = [traefik, `--configFile=${configFile}`] as const;
  return { name: "traefik", command, env: {}, cwd: dataDir.path, endWaits: foreignWaits };
}

/** The proxy of a stdio server. */
export function proxyProcess(
  settings: Settings,
  dataDir: DataDir,
  server: StdioServer,
  own: { readonly port: number; readonly authPort: number; readonly identifiers: readonly string[] },
): ServerProcess {
  const { url: issuer, corsOrigins } = settings;
  const cwd = serverFolder(settings, dataDir, server.name, server);
  const ownDataDir = join(dataDir.servers, server.name);
  const auth = `http://127.0.0.1:${own.authPort}`;
  return {
    spec: {
      name: server.name,
      command: [...node(proxyProgram), "--", ...server.command],
      env: proxyEnvironment(settings.environment, server, {
        ...own,
        issuer,
        jwksUrl: `${auth}/jwks`,
        revocationsUrl: `${auth}/revocations`,
        cwd,
        dataDir: ownDataDir,
        operatorSocket: operatorSocketPath(ownDataDir, settings.environment, "operator.sock"),
        corsOrigins,
      }),
      cwd,
      endWaits: ownWaits,
    },
    port: own.port,
    program: server.command[0],
    fetchKey: fetchKey(server),
    startupTimeout: server.limits.startupSeconds * 1_000,
  };
}

/** A server that speaks HTTP itself and that the gateway runs: its own environment and nothing of ours. */
export function nativeProcess(
  settings: Settings,
  dataDir: DataDir,
  { name, port, run }: { readonly name: string; readonly port: number; readonly run: Program },
): ServerProcess {
  const { env } = run;
  const command = startedBy(run.command);
  return {
    spec: { name, command, env, cwd: serverFolder(settings, dataDir, name, run), endWaits: foreignWaits },
    port,
    program: command[0],
    fetchKey: fetchKey({ name, command }),
  };
}

/**
 * Where a server starts, unless it says so itself: beside gateway.json, as one writes `node ./server.js`. What a
 * package runner starts gets an empty folder: npx would read the whole project around it first, at each start.
 */
function serverFolder(settings: Settings, dataDir: DataDir, name: string, { command, cwd }: Program): string {
  return cwd ?? (isPackageRunner(command[0]) ? join(dataDir.servers, name) : dirname(settings.configFile));
}
