/**
 * auth's public paths: what the edge lets through to it without a token (security.md 4: an exact list). `/verify`,
 * `/revocations`, `/health` and `/metrics` are not among them. Their first segments are refused as server names, save `docs`,
 * because in local mode and under path routing servers share the issuer's host.
 */
export const authRoutes: readonly { readonly path: string; readonly prefix: boolean }[] = [
  { path: "/", prefix: false },
  { path: "/authorize", prefix: false },
  { path: "/token", prefix: false },
  { path: "/register", prefix: true },
  { path: "/revoke", prefix: false },
  { path: "/device_authorization", prefix: false },
  { path: "/introspect", prefix: false },
  { path: "/jwks", prefix: false },
  { path: "/login", prefix: true },
  { path: "/callback", prefix: true },
  { path: "/consent", prefix: false },
  { path: "/device", prefix: true },
  { path: "/account", prefix: true },
  { path: "/logout", prefix: false },
  { path: "/error", prefix: false },
  { path: "/success", prefix: false },
  { path: "/docs", prefix: false },
  { path: "/openapi.json", prefix: false },
  { path: "/assets", prefix: true },
  { path: "/.well-known/oauth-authorization-server", prefix: true },
  { path: "/.well-known/openid-configuration", prefix: true },
  { path: "/.well-known/oauth-protected-resource", prefix: true },
  { path: "/.well-known/jwks.json", prefix: false },
];

/** A server may be called so (decision 230): it answers at /docs/mcp, and /docs is one page. */
const sharedNames = ["docs"];

/** First path segments that no server may be named: those above, those of later endpoints, and the internal ones. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...authRoutes
    .map(({ path }) => path.split("/")[1] ?? "")
    .filter((segment) => segment !== "" && !sharedNames.includes(segment)),
  ...["verify", "revocations", "health", "ready", "metrics", "mcp", "auth"],
]);
