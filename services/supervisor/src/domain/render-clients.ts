import type { ClientList, ClientView } from "@gateway/operator-api";
import { counted, renderColumns, renderTime } from "./render-columns.ts";
import { oneLine } from "./render-table.ts";

/** The clients, one line each. */
export function renderClients({ total, clients }: ClientList): string[] {
  if (total === 0) return ["No client is registered. They register themselves when they connect."];
  const rows = clients.map((client) => [
    oneLine(client.client_id),
    oneLine(client.client_name),
    renderTime(client.client_id_issued_at),
    renderTime(client.last_used_at),
    String(client.tokens),
  ]);
  const left = total - clients.length;
  return [
    ...renderColumns([["CLIENT", "NAME", "REGISTERED", "LAST USED", "TOKENS"], ...rows]),
    ...(left > 0 ? [`… and ${left} older`] : []),
  ];
}

/** One client, whole. */
export function renderClient(client: ClientView): string[] {
  return renderColumns([
    ["Client", oneLine(client.client_id)],
    ["Name", oneLine(client.client_name)],
    ...client.redirect_uris.map((uri) => ["Redirect", oneLine(uri)]),
    ["Grants", client.grant_types.map(oneLine).join(", ")],
    ["Proves itself by", client.token_endpoint_auth_method],
    ["Registered", renderTime(client.client_id_issued_at)],
    ["Last used", renderTime(client.last_used_at)],
    ["Kept until", renderTime(client.expires_at, "removed")],
    ["Tokens", counted(client.tokens, "token")],
  ]);
}
