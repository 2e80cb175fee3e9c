import type { ServerRow, ServerState } from "./domain/server-state.ts";
import type { PlannedServer } from "./plan.ts";

/** The servers and their states, in the order of gateway.json. */
export interface Board {
  rows(): readonly ServerRow[];
  show(name: string, state: ServerState): void;
  /** From now on these are the servers; those among them that are `fresh` have no state of before. */
  declare(servers: readonly PlannedServer[], fresh: readonly string[]): void;
}

/** @param onChange called with all servers whenever one of them has changed */
export function createBoard(servers: readonly PlannedServer[], onChange: (rows: readonly ServerRow[]) => void): Board {
  let declared = servers;
  const first = ({ kind }: PlannedServer): ServerState => ({ kind: kind === "disabled" ? "disabled" : "starting" });
  const states = new Map<string, ServerState>(servers.map((server) => [server.name, first(server)]));
  const rows = () =>
    declared.map((server) => ({
      ...{ name: server.name, endpoint: server.endpoint, state: states.get(server.name) ?? first(server) },
    }));
  return {
    rows,
    show: (name, state) => {
      if (!declared.some((server) => server.name === name)) return; // the last word of one that was taken out
      states.set(name, state);
      onChange(rows());
    },
    declare: (next, fresh) => {
      declared = next;
      for (const server of next) if (fresh.includes(server.name)) states.set(server.name, first(server));
      onChange(rows());
    },
  };
}
