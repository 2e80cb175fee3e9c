import * as oauth from "oauth4webapi";
import type { PlainBrowser } from "./person.ts";

/** The gateway is on loopback; this client asks that to be said. */
export const onLoopback = { [oauth.allowInsecureRequests]: true } as const;

/** Nobody listens there; the browser stops before it. */
export const redirectUri = "http://127.0.0.1:9/callback";

/** The authorization server as an OAuth client that is not ours discovers it (RFC 8414). */
export async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, { algorithm: "oauth2", ...onLoopback });
  return await oauth.processDiscoveryResponse(url, response);
}

/** A registration as that client makes and checks it (RFC 7591). */
export async function registerIndependently(
  as: oauth.AuthorizationServer,
  metadata: Parameters<typeof oauth.dynamicClientRegistrationRequest>[1],
) {
  const grant_types = ["authorization_code", "refresh_token"];
  const asked = { redirect_uris: [redirectUri], grant_types, ...metadata };
  const response = await oauth.dynamicClientRegistrationRequest(as, asked, onLoopback);
  return await oauth.processDynamicClientRegistrationResponse(response);
}

/** From the authorization request to the tokens, everything that came back checked by that client. */
export async function signInIndependently(
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  { resource, browser }: { resource: string; browser: PlainBrowser },
): Promise<oauth.TokenEndpointResponse> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(as.authorization_endpoint ?? "");
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    resource,
    state,
  }).toString();
  const { callback } = await browser.visit(url, redirectUri);
  const answer = oauth.validateAuthResponse(as, client, callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    answer,
    redirectUri,
    verifier,
    onLoopback,
  );
  return await oauth.processAuthorizationCodeResponse(as, client, response);
}
