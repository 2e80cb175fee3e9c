import { counted, renderColumns, renderTime } from "./render-columns.ts";
import { oneLine } from "./render-table.ts";

/** A registered client, as auth's operator API tells it. Times are seconds since the epoch. */
export interface ClientRow {
  readonly client_id: string;
  readonly client_name: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly client_id_issued_at: number;
  readonly last_used_at?: number;
  readonly expires_at?: number;
  readonly tokens: number;
}

export interface ClientList {
  readonly total: number;
  readonly clients: readonly ClientRow[];
}

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
export function renderClient(client: ClientRow): string[] {
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
