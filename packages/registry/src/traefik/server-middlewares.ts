import type { PublicSite } from "../identifiers.ts";
import type { Middleware, Route } from "../route.ts";

/** What stands before one server of the deployed gateway, in order: what all share by name, then its own. */
export function serverMiddlewares(
  name: string,
  { routing }: PublicSite,
  towardsServer: readonly Middleware[],
): Pick<Route, "name" | "middlewares"> & { readonly shared: readonly string[] } {
  // The prefix is auth's to see, so it goes after auth was asked.
  const strip: Middleware[] = routing === "path" ? [{ kind: "strip-prefix", prefix: `/${name}` }] : [];
  return {
    name,
    // CORS before all that may refuse, so that a browser can read the refusal.
    shared: ["security-headers", "mcp-cors", "rate-limit", "mcp-auth"],
    middlewares: [...strip, ...towardsServer],
  };
}
