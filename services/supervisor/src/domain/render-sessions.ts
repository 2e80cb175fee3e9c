import { renderColumns } from "./render-columns.ts";
import { oneLine } from "./render-table.ts";

/** One open session of a server, as its proxy tells it. */
export interface SessionRow {
  /** A digest: of no use to whoever reads it. */
  readonly session_id: string;
  readonly process: number;
  readonly created_at: string;
  readonly last_accessed: string;
  readonly client_info: { readonly name: string; readonly version: string };
}

/** The open sessions, for a person; nothing when there are none. */
export function renderSessions(sessions: Readonly<Record<string, readonly SessionRow[]>>): string[] {
  const rows = Object.entries(sessions).flatMap(([server, open]) => open.map((session) => cells(server, session)));
  if (rows.length === 0) return [];
  return ["", ...renderColumns([["SESSION", "SERVER", "PROCESS", "SINCE", "LAST USED", "CLIENT"], ...rows])];
}

function cells(server: string, session: SessionRow): string[] {
  const { name, version } = session.client_info;
  const time = (text: string) => text.slice(0, 19).replace("T", " ");
  const { session_id, process, created_at, last_accessed } = session;
  return [session_id, server, String(process), time(created_at), time(last_accessed), oneLine(`${name} ${version}`)];
}
