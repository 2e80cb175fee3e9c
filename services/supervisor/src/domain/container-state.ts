import type { ServerState } from "./server-state.ts";

/** What `docker compose ps --format json` says of a container. */
export interface ContainerRow {
  readonly Service: string;
  /** created, running, restarting, paused, exited, dead … */
  readonly State: string;
  /** starting, healthy, unhealthy; empty where the image has no health check. */
  readonly Health: string;
  readonly ExitCode: number;
}

/** A container's state as a person sees a server's; undefined: there is none. */
export function serviceState(row: ContainerRow | undefined): ServerState {
  if (row === undefined) return { kind: "failed", reason: "it has no container: just up" };
  const log = `just logs ${row.Service}`;
  if (row.State === "restarting") return { kind: "restarting", reason: `exited with code ${row.ExitCode}: ${log}` };
  if (row.State !== "running") return { kind: "failed", reason: `its container is ${row.State}: ${log}` };
  if (row.Health === "unhealthy") return { kind: "failed", reason: `it is not ready: ${log}` };
  return { kind: row.Health === "starting" ? "starting" : "ready" };
}
