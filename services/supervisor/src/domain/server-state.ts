/** Where a server stands, as a person sees it. */
export type ServerState =
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  /** It died and is started again. */
  | { readonly kind: "restarting"; readonly reason: string }
  /** It cannot be used; the others can. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Declared and switched off. */
  | { readonly kind: "disabled" };

/** One server of the table. */
export interface ServerRow {
  readonly name: string;
  readonly state: ServerState;
  /** The URL for clients. */
  readonly endpoint: string;
}

/** What `just status --json` prints and the operator socket answers. */
export interface GatewayStatus {
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  /** The gateway.json that it was started with. */
  readonly configFile: string;
  /** What stands in front. */
  readonly edge: "edge" | "traefik";
  readonly servers: readonly ServerRow[];
  readonly processes: readonly {
    readonly name: string;
    readonly pid: number | undefined;
    readonly restarts: number;
  }[];
}

/** The reason beside a state, if it has one. */
export function reasonOf(state: ServerState): string {
  return "reason" in state ? state.reason : "";
}
