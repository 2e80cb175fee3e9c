/**
 * One routing rule, as data: the edge interprets it, `renderTraefik` prints it, so that both route alike
 * (oauth-wire 13.3). Every route has an explicit priority; the higher wins; no route: 404.
 */
export interface Route {
  /** Unique; a Traefik router name. */
  readonly name: string;
  readonly priority: number;
  /** Exact host names without port, lower case. */
  readonly host: string;
  /** Matches the path itself, or (prefix) the path and all below `<path>/`. Any one of them is enough. */
  readonly paths: readonly { readonly path: string; readonly prefix: boolean }[];
  /** Only this method; any when absent. */
  readonly method?: "OPTIONS";
  readonly middlewares: readonly Middleware[];
  /** A key of the service table. */
  readonly service: string;
  /** Seconds until the service must have begun to answer, of those that lead to auth; as long as it likes when absent. */
  readonly patience?: number;
}

/** Applied in the order given. */
export type Middleware =
  /** Origins and exposed headers on every answer, also 401 and 500. */
  | { readonly kind: "cors" }
  /** Asks auth's /verify; anything but 2xx is the answer. */
  | { readonly kind: "forward-auth" }
  /** Removes a leading path segment, after forward-auth. */
  | { readonly kind: "strip-prefix"; readonly prefix: string }
  /** Replaces the whole path (a native server whose endpoint is not /mcp). */
  | { readonly kind: "replace-path"; readonly path: string }
  /** Sets request headers towards the service; an empty value removes one. */
  | { readonly kind: "set-headers"; readonly headers: Readonly<Record<string, string>> };

/** Everything an edge needs to know. */
export interface RoutingTable {
  readonly routes: readonly Route[];
  /** Service name to base URL (`http://127.0.0.1:4001`). */
  readonly services: Readonly<Record<string, string>>;
  /** The URL of `/verify`. */
  readonly verifyUrl: string;
  /** Browser origins allowed on /mcp; `loopback` stands for any loopback origin of any port. */
  readonly corsOrigins: readonly string[];
}
