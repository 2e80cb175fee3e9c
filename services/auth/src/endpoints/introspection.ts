import type { User } from "@gateway/store";
import type { RequestHandler } from "express";
import { authenticateClient } from "../authenticate-client.ts";
import { checkToken } from "../check-token.ts";
import type { AccessTokenClaims } from "../domain/access-token.ts";
import { accessUntil, maySignIn } from "../domain/policy.ts";
import { resolveResource } from "../domain/resource.ts";
import { OAuthError } from "../errors.ts";
import { mayIntrospect } from "../find-client.ts";
import type { Ports } from "../ports.ts";
import { parseForm } from "./token.ts";

/** Token introspection endpoint (RFC 7662), for resource servers that the operator declared. Access tokens only (decision 225). */
export function introspection(ports: Ports): RequestHandler {
  return async (req, res) => {
    const form = parseForm(req.body);
    const client = await authenticateClient(ports, req, form);
    if (!mayIntrospect(ports, client)) {
      throw new OAuthError("invalid_client", "This client may not ask about tokens."); // RFC 7662 2.3
    }
    const token = form.get("token");
    if (token === undefined) throw new OAuthError("invalid_request", "token is missing.");
    const claims = await findLiveClaims(ports, token);
    // RFC 7662 2.2: why a token is not active is not said.
    res.json(claims === undefined ? { active: false } : renderActive(claims));
  };
}

/** The claims of an access token that /verify would let through now. */
async function findLiveClaims(ports: Ports, token: string): Promise<AccessTokenClaims | undefined> {
  const { store, keys, config, clock } = ports;
  const checked = await checkToken(token, { keys, issuer: config.issuer, clock });
  // No clock skew: one clock wrote and reads it, and the resource server grants its own.
  if (!checked.ok || checked.value.exp <= clock()) return undefined;
  const { sid, jti, aud } = checked.value;
  const grant = await store.grants.ofAccessToken(sid, jti);
  if (grant === undefined) return undefined;
  return isStillAllowed(ports, aud, grant.user) ? checked.value : undefined;
}

/** The user as the grant has them: memberships are not in the token. */
function isStillAllowed({ config, resourceServers, clock }: Ports, resource: string, user: User): boolean {
  const server = resolveResource(resourceServers, resource)?.server;
  return server !== undefined && maySignIn(config, user) && accessUntil(server, user) > clock();
}

function renderActive({ iss, sub, aud, exp, iat, nbf, jti, client_id, scope, login }: AccessTokenClaims) {
  return {
    active: true,
    iss,
    sub,
    aud,
    exp,
    iat,
    nbf,
    jti,
    client_id,
    scope,
    token_type: "Bearer",
    username: login,
  };
}
