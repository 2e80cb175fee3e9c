import { beginGrant } from "../../begin-grant.ts";
import { digest } from "../../digest.ts";
import { type CodeRefusal, checkCodeExchange } from "../../domain/code-exchange.ts";
import { OAuthError, type OAuthErrorCode } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import type { GrantType } from "../token.ts";

const unusable = "The code is unknown, used, expired or not for this client.";
const answers: Readonly<Record<CodeRefusal, readonly [OAuthErrorCode, string]>> = {
  issued_to_another_client: ["invalid_grant", unusable],
  expired: ["invalid_grant", unusable],
  redirect_uri_mismatch: ["invalid_grant", "redirect_uri is not the one of the authorization request."],
  code_verifier_missing: ["invalid_request", "code_verifier is missing."],
  pkce_mismatch: ["invalid_grant", "code_verifier does not fit the code_challenge."],
  several_resources: ["invalid_target", "One token is for one resource."],
  unknown_resource: ["invalid_target", "resource is not an MCP server of this gateway."],
  another_resource: ["invalid_target", "resource is not the one that was granted."],
};

/** Authorization code grant (RFC 6749 4.1.3, with PKCE and resource indicators). */
export function authorizationCodeGrant(ports: Ports): GrantType {
  const { store, resourceServers, clock, metrics, logger } = ports;
  return async (client, form) => {
    const presented = form.get("code");
    if (presented === undefined) throw new OAuthError("invalid_request", "code is missing.");
    // Spent before anything else is judged, so that nobody gets a second try at the other checks.
    const spending = await store.codes.spend(digest(presented));
    if (spending.state === "spent") {
      await store.grants.revoke(spending.grantId); // RFC 6749 4.1.2
      metrics.revoked("replay");
      logger.warn("authorization code replayed, grant revoked", { clientId: client.clientId });
    }
    if (spending.state !== "fresh") throw new OAuthError("invalid_grant", unusable);
    const { code } = spending;
    const exchange = {
      clientId: client.clientId,
      redirectUri: form.get("redirect_uri"),
      codeVerifier: form.get("code_verifier"),
      resources: form.resources,
    };
    const refusal = checkCodeExchange(code, exchange, { servers: resourceServers, now: clock() });
    if (refusal !== undefined) {
      logger.info("code exchange refused", { clientId: client.clientId, reason: refusal });
      throw new OAuthError(...answers[refusal]);
    }
    const { user, authTime, grantId } = code;
    const { resource, scope } = code.request;
    return await beginGrant(ports, client, { grantId, user, resource, scope, authTime });
  };
}
