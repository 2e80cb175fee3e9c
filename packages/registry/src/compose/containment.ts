/**
 * What a container of a server may not do (security.md 23): nothing but run its program on what it was given, and not fill the disk
 * with what that prints. Compose takes the options of a log as texts.
 */
export const containment = {
  restart: "unless-stopped",
  init: true,
  read_only: true,
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
  tmpfs: ["/tmp:mode=1777,size=256m"],
  stop_grace_period: "15s",
  logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
} as const;

interface Amounts {
  /** Of one process of the server; undefined: no bound of its own. */
  readonly memory?: number | undefined;
  readonly pids?: number | undefined;
  readonly cpus?: number | undefined;
  /** How many of those there may be at one time. */
  readonly processes: number;
}

const proxyMemory = 256 * 1_048_576;
const proxyPids = 64;

/**
 * The bounds of the container as a whole: those of all its processes, and the proxy's own. Where gateway.json sets none a general
 * one holds, so that no server takes the machine. Processors are shared by weight, as `limits.cpus` says.
 */
export function containerBounds({ memory, pids, cpus, processes }: Amounts): Record<string, unknown> {
  return {
    mem_limit: memory === undefined ? "${SERVER_MEMORY:-2g}" : memory * processes + proxyMemory,
    pids_limit: pids === undefined ? "${SERVER_PIDS:-1024}" : pids * processes + proxyPids,
    ...(cpus === undefined ? {} : { cpu_shares: Math.max(2, Math.round(cpus * 1_024)) }),
  };
}
