import { renderTable } from "./render-table.ts";
import type { GatewayStatus } from "./server-state.ts";

/** The status of a running gateway, for a person. */
export function renderStatus(status: GatewayStatus): string[] {
  const restarted = status.processes.filter(({ restarts }) => restarts > 0);
  return [
    `The gateway runs at ${status.url} (pid ${status.pid}, ${status.edge} in front, data in ${status.dataDir}).`,
    "",
    ...renderTable(status.servers),
    ...(restarted.length === 0
      ? []
      : ["", ...restarted.map(({ name, restarts }) => `${name}: restarted ${times(restarts)}`)]),
  ];
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
