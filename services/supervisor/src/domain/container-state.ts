import type { ServerState } from "./server-state.ts";

/** What the engine says of a container. */
export interface Container {
  /** Of compose's file. */
  readonly service: string;
  /** created, running, restarting, paused, exited, dead … */
  readonly state: string;
  /** `Up 2 minutes (healthy)`, `Exited (1) 2 hours ago`, … */
  readonly status: string;
}

/** How `docker ps --format` is asked for one line a container. */
export const containerFormat = '{{.Label "com.docker.compose.service"}}\t{{.State}}\t{{.Status}}';

/** Such a line. */
export function parseContainer(line: string): Container {
  const [service = "", state = "", status = ""] = line.split("\t");
  return { service, state, status };
}

/** A service's container as a person sees a server's state; undefined: there is none. */
export function serviceState(service: string, container: Container | undefined): ServerState {
  if (container === undefined) return { kind: "failed", reason: "it has no container: just up" };
  const { state, status } = container;
  const log = `just logs ${service}`;
  const [, code = "?"] = /\((\d+)\)/.exec(status) ?? [];
  if (state === "restarting") return { kind: "restarting", reason: `exited with code ${code}: ${log}` };
  if (state === "paused") return { kind: "failed", reason: `its container is paused: just restart ${service}` };
  if (state !== "running") return { kind: "failed", reason: `its container is ${state}: ${log}` };
  if (status.endsWith("(unhealthy)")) return { kind: "failed", reason: `it is not ready: ${log}` };
  return { kind: status.endsWith("(health: starting)") ? "starting" : "ready" };
}
