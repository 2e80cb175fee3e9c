import type { UserList } from "@gateway/operator-api";
import { renderColumns, renderTime } from "./render-columns.ts";
import { oneLine } from "./render-table.ts";

/** The users, one line each. */
export function renderUsers({ total, users }: UserList): string[] {
  if (total === 0) return ["Nobody has a token. People get one when a client of theirs connects."];
  const rows = users.map((user) => [
    oneLine(user.user),
    oneLine(user.sub),
    user.provider,
    String(user.clients),
    String(user.tokens),
    renderTime(user.last_sign_in_at),
    user.servers.map(oneLine).join(", "),
  ]);
  const left = total - users.length;
  return [
    ...renderColumns([["USER", "ID", "PROVIDER", "CLIENTS", "TOKENS", "SIGNED IN", "SERVERS"], ...rows]),
    ...(left > 0 ? [`… and ${left} older`] : []),
  ];
}
