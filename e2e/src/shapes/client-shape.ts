/** What a client has learned before it asks for a token. */
export interface Discovered {
  /** The server's URL as its person typed it. */
  readonly mcpUrl: URL;
  /** `scope` of the challenge. */
  readonly challenged: string;
  /** `scopes_supported` of the authorization server, joined. */
  readonly supported: string;
}

/** How a client shows who it is at the token endpoint (RFC 6749 2.3). */
export type TokenAuthentication =
  | "client_id alone"
  | "client_id and secret in the form"
  | "Basic, nothing encoded"
  | "Basic, encoded, with client_id in the form too"
  | "Basic with an empty secret";

/** What a real client sends, as its source or those who logged it say; ports, states and ids are made up. */
export interface ClientShape {
  /** Whose shape it is. */
  readonly client: string;
  /** What in it a server must bear. */
  readonly does: string;
  /** Under which of its addresses it knows the server. */
  readonly at: "path" | "host";
  /** How it meets the challenge first; by POST when absent. */
  readonly probe?: { readonly method: "HEAD" | "GET"; readonly accept: string };
  /** Where it looks for the server's document (RFC 9728), in order: `challenge`, or paths of the server's host. */
  readonly resourceDocuments: readonly string[];
  /** Where it looks for the authorization server's, in order: paths of the issuer, or of the server's host without the other document. */
  readonly serverDocuments: readonly string[];
  readonly metadata: {
    readonly redirect_uris: readonly string[];
    readonly grant_types?: readonly string[];
    readonly [name: string]: unknown;
  };
  /** Whether it says who it is at a URL of its own instead of registering. */
  readonly isDocument?: true;
  /** Where it listens this time. */
  readonly redirectUri: string;
  /** Every `resource` that it names, in the order of the query. */
  readonly resources: (discovered: Discovered) => readonly string[];
  readonly scope?: (discovered: Discovered) => string;
  /** Further parameters of the authorization request. */
  readonly more?: Readonly<Record<string, string>>;
  /** Whether the query's values are sent as they are. */
  readonly isRaw?: true;
  readonly authentication: TokenAuthentication;
  /** `scope` of its refresh, out of the one that it was granted. */
  readonly refreshScope?: (granted: string, discovered: Discovered) => string;
}
