/** `GET /stats`: how much there is of what. */
export interface Stats {
  readonly clients: { readonly total: number; readonly used: number; readonly never_used: number };
  readonly tokens: { readonly total: number; readonly of_clients: number; readonly personal: number };
  readonly users: number;
  /** Counts by the server's name. */
  readonly tokens_by_server: Readonly<Record<string, number>>;
}
