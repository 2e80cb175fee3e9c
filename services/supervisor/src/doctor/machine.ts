import { execFile } from "node:child_process";
import { statfsSync, statSync } from "node:fs";
import { promisify } from "node:util";
import { findProgram } from "@gateway/subprocess";
import { type Finding, ok, problem, warning } from "../domain/findings.ts";
import { renderPortInUse } from "../domain/port-in-use.ts";
import type { GatewayStatus } from "../domain/server-state.ts";
import { freePortAfter, holderOf, isPortFree } from "../ports.ts";
import type { Settings } from "../settings.ts";

const lowestNode = [20, 12] as const;
const fewBytes = 200 * 2 ** 20;

/** Node.js, and pnpm where it is installed. */
export async function checkPrograms({ environment }: Settings): Promise<Finding[]> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isOld = major < lowestNode[0] || (major === lowestNode[0] && minor < lowestNode[1]);
  const version = `Node.js ${process.versions.node}`;
  const node = isOld
    ? problem("node", version, `Install Node.js ${lowestNode.join(".")} or newer: https://nodejs.org`)
    : ok("node", version);
  const pnpm = findProgram("pnpm", environment.PATH ?? "", "/");
  if (pnpm === undefined) return [node, ok("pnpm", "not installed; npx brings it")];
  const said = await promisify(execFile)(pnpm, ["--version"], { timeout: 10_000 }).catch(() => undefined);
  return [node, ok("pnpm", said === undefined ? `${pnpm} does not say its version` : said.stdout.trim())];
}

/** The data folder, its mode and the room on its disk. */
export function checkDataFolder({ dataDir }: Settings): Finding[] {
  const about = "data folder";
  try {
    const { mode } = statSync(dataDir);
    const { bavail, bsize } = statfsSync(dataDir);
    const free = Math.round((bavail * bsize) / 2 ** 20);
    return [
      (mode & 0o077) === 0
        ? ok(about, dataDir)
        : problem(about, `${dataDir} is open to others`, `chmod 700 ${dataDir}`),
      bavail * bsize > fewBytes
        ? ok("disk", `${free} MB free`)
        : problem("disk", `${free} MB free`, "Make room: what cannot be written is refused with 503."),
    ];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [ok(about, `${dataDir} is made at the first start`)];
    return [problem(about, `${dataDir} (${code})`, "Set GATEWAY_DATA_DIR to a folder of yours.")];
  }
}

/** `.env` holds secrets: only its owner may read it. */
export function checkDotEnv(file: string): Finding[] {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return [ok(".env", "none; what the environment and the defaults say holds")];
  return (found.mode & 0o077) === 0
    ? [ok(".env", "only you can read it")]
    : [warning(".env", `${file} can be read by others`, `chmod 600 ${file}`)];
}

/** Whether the gateway runs and its servers are ready; or else whether its port is free. */
export async function checkRunning({ port }: Settings, status: GatewayStatus | undefined): Promise<Finding[]> {
  if (status === undefined) {
    if (await isPortFree(port)) return [warning("gateway", "does not run", "Start it: just up")];
    const [found = "", advice = ""] = renderPortInUse(port, holderOf(port), await freePortAfter(port)).split("\n");
    return [problem("port", found, advice)];
  }
  const servers = status.servers.map(({ name, state }) => {
    const about = `server ${name}`;
    if (state.kind === "ready" || state.kind === "disabled") return ok(about, state.kind);
    const reason = "reason" in state ? `${state.kind}: ${state.reason}` : state.kind;
    if (state.kind === "starting") return warning(about, reason, "Ask again in a moment.");
    // What was never started has no log.
    const isMissing = "reason" in state && state.reason.startsWith("needs ");
    return problem(about, reason, isMissing ? `Then: just restart ${name}` : `See its log: just logs ${name}`);
  });
  return [ok("gateway", `runs at ${status.url} (pid ${status.pid})`), ...servers];
}
