import type { Client, JsonWebKeySet } from "@gateway/store";
import type { Request } from "express";
import { digest } from "./digest.ts";
import { endpointPaths } from "./domain/authorization-server-metadata.ts";
import { type AssertionRefusal, checkClientAssertion } from "./domain/client-assertion.ts";
import {
  type ClientCredentials,
  type CredentialsRefusal,
  isAuthentic,
  readClientCredentials,
} from "./domain/client-authentication.ts";
import type { Parameters } from "./domain/parameters.ts";
import { OAuthError, type OAuthErrorCode } from "./errors.ts";
import { findNamedClient, findRememberedClient } from "./find-client.ts";
import type { Ports } from "./ports.ts";
import { noteClient } from "./request-log.ts";

const problems: Readonly<Record<CredentialsRefusal, readonly [OAuthErrorCode, string]>> = {
  no_client_id: ["invalid_client", "Name the client: client_id in the body, or HTTP Basic."],
  malformed_basic: ["invalid_client", "The Authorization header is not well-formed HTTP Basic."],
  two_methods: ["invalid_request", "Use one method of client authentication, and name one client."],
  unknown_assertion_type: ["invalid_client", "client_assertion_type must be the one of RFC 7523 2.2."],
};

/**
 * The client that sent this form, authenticated as it registered (RFC 6749 2.3, 3.2.1; RFC 7523 2.2).
 * @throws invalid_client; SDK clients then drop their registration and make a new one
 */
export async function authenticateClient(ports: Ports, req: Request, form: Parameters): Promise<Client> {
  const { authorization } = req.headers;
  if ((req.headersDistinct.authorization ?? []).length > 1) {
    throw new OAuthError("invalid_request", "There is more than one Authorization header.");
  }
  const credentials = readClientCredentials(authorization, form);
  if (!credentials.ok) throw clientError(...problems[credentials.refusal], authorization !== undefined);
  const { clientId } = credentials.value;
  const client =
    (await findNamedClient(ports, clientId, req.ip ?? "")) ?? (await withoutDocument(ports, clientId, form));
  noteClient(req, clientId, client !== undefined);
  // Unknown and unproven clients get the same words: who is registered is nobody's business.
  if (client === undefined || !(await isProven(ports, client, credentials.value))) {
    const description = "The client is unknown, or what it shows for itself is wrong.";
    throw clientError("invalid_client", description, authorization !== undefined);
  }
  return client;
}

async function isProven(ports: Ports, client: Client, credentials: ClientCredentials): Promise<boolean> {
  if (credentials.method !== "assertion") return isAuthentic(client, credentials.secrets.map(digest));
  if (client.tokenEndpointAuthMethod !== "private_key_jwt") return false; // security.md 16
  const refusal = await spendAssertion(ports, client, credentials.assertion);
  if (refusal !== undefined) ports.logger.info("client assertion refused", { clientId: client.clientId, refusal });
  return refusal === undefined;
}

// A new grant needs the document; what was granted lives on without it.
async function withoutDocument(ports: Ports, clientId: string, form: Parameters): Promise<Client | undefined> {
  const isNewGrant = ![undefined, "refresh_token"].includes(form.get("grant_type"));
  return isNewGrant ? undefined : findRememberedClient(ports, clientId);
}

/** Checks an assertion and uses it up. */
async function spendAssertion(
  ports: Ports,
  client: Client,
  assertion: string,
): Promise<AssertionRefusal | "replayed" | undefined> {
  const checked = await checkWithKeys(ports, client, assertion);
  if (!checked.ok) return checked.refusal;
  const { jti, expiresAt } = checked.value;
  return (await ports.store.clientAssertions.spend(client.clientId, jti, expiresAt)) ? undefined : "replayed";
}

async function checkWithKeys(
  { config, clock, remoteClients: { keySets } }: Ports,
  { clientId, jwks, jwksUri }: Client,
  assertion: string,
) {
  const audiences = [config.issuer, `${config.issuer}${endpointPaths.token_endpoint}`];
  const checkWith = (keys: JsonWebKeySet = { keys: [] }) =>
    checkClientAssertion(assertion, { clientId, keys, audiences, now: clock() });
  if (jwksUri === undefined) return checkWith(jwks);
  const checked = checkWith(await keySets.find(jwksUri));
  // The client may have a new key; asked for at most once a minute.
  return checked.ok || checked.refusal !== "unknown_key" ? checked : checkWith(await keySets.renew(jwksUri));
}

// RFC 6749 5.2: the challenge answers an attempt by the Authorization header only.
function clientError(code: OAuthErrorCode, description: string, triedBasic: boolean): OAuthError {
  const headers = triedBasic && code === "invalid_client" ? { "WWW-Authenticate": 'Basic realm="token"' } : {};
  return new OAuthError(code, description, { to: "caller", headers });
}
