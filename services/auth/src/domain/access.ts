import { baseScope, hasScope } from "@gateway/forward-auth";
import type { User } from "@gateway/store";
import type { AccessTokenClaims } from "./access-token.ts";
import { accessUntil, maySignIn, type SignInRules } from "./policy.ts";
import type { Resource } from "./resource.ts";
import { accept, type Result, refuse } from "./result.ts";

export type AccessRefusal =
  | "wrong_audience"
  | "insufficient_scope"
  | "access_denied"
  | "membership_outdated"
  | "tools_not_limited";

/** Of a live token what its use depends on. */
interface Holder {
  readonly claims: Pick<AccessTokenClaims, "aud" | "scope">;
  readonly user: User;
  readonly tools: readonly string[] | undefined;
}

/**
 * May a live token be used here? Audience (RFC 8707 2), scope, then who the user is now, in this order; and a token that
 * is limited to some tools only where a proxy holds it to them.
 * @param now seconds since the epoch
 */
export function checkAccess(
  { claims, user, tools }: Holder,
  { server }: Pick<Resource, "server">,
  rules: SignInRules,
  now: number,
): Result<User, AccessRefusal> {
  if (!server.identifiers.includes(claims.aud)) return refuse("wrong_audience");
  if (!hasScope(claims.scope, baseScope)) return refuse("insufficient_scope");
  const until = maySignIn(rules, user) ? accessUntil(server, user) : 0;
  if (until === 0) return refuse("access_denied");
  if (until <= now) return refuse("membership_outdated");
  if (tools !== undefined && server.limitsTools !== true) return refuse("tools_not_limited");
  return accept(user);
}
