import { createHash, randomBytes } from "node:crypto";
import type { PlainBrowser } from "./person.ts";

/** What RFC 6749 5.1 answers. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
}

/** A public client that was registered dynamically (RFC 7591). */
export interface RegisteredClient {
  readonly clientId: string;
  readonly redirectUri: string;
}

/** An authorization request (RFC 6749 4.1.1, RFC 7636) and what its client keeps to itself. */
export interface AuthorizationRequest {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
  readonly resource: string;
}

/** Where the clients of most tests are redirected to; nobody listens there, `PlainBrowser` stops before it. */
const nowhere = "http://127.0.0.1:9/callback";

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Registers a client with the authorization server. */
export async function register(issuer: string, name = "e2e", redirectUri = nowhere): Promise<RegisteredClient> {
  const response = await fetch(`${issuer}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
    }),
  });
  const { client_id } = await answerOf<{ client_id: string }>(response);
  return { clientId: client_id, redirectUri };
}

/** What the client opens in the person's browser. */
export function authorizationRequest(
  issuer: string,
  client: RegisteredClient,
  resource: string,
  scope?: string,
): AuthorizationRequest {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(8).toString("hex");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    resource,
    state,
    ...(scope === undefined ? {} : { scope }),
  });
  return { url: `${issuer}/authorize?${query}`, state, verifier, resource };
}

/** Tokens for the code that the redirect brought (RFC 6749 4.1.3). */
export async function exchange(
  issuer: string,
  client: RegisteredClient,
  { state, verifier, resource }: AuthorizationRequest,
  callback: URL,
): Promise<Tokens> {
  const { searchParams } = callback;
  if (searchParams.get("state") !== state) throw new Error(`not an answer to this request: ${callback}`);
  const response = await postToken(issuer, {
    grant_type: "authorization_code",
    code: searchParams.get("code") ?? "",
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
    resource,
  });
  return answerOf<Tokens>(response);
}

/** Registers a client, takes the person through sign-in and consent, exchanges the code: tokens for one server. */
export async function obtainTokens(
  issuer: string,
  resource: string,
  browser: PlainBrowser,
): Promise<{ readonly client: RegisteredClient; readonly tokens: Tokens }> {
  const client = await register(issuer);
  const request = authorizationRequest(issuer, client, resource);
  const { callback } = await browser.visit(request.url, client.redirectUri);
  return { client, tokens: await exchange(issuer, client, request, callback) };
}

/** New tokens for a refresh token (RFC 6749 6). */
export async function refresh(issuer: string, client: RegisteredClient, refreshToken: string): Promise<Tokens> {
  const form = { grant_type: "refresh_token", refresh_token: refreshToken, client_id: client.clientId };
  return answerOf<Tokens>(await postToken(issuer, form));
}

function postToken(issuer: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams(form) });
}
