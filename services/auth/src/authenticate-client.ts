import type { Client } from "@gateway/store";
import type { Request } from "express";
import { digest } from "./digest.ts";
import { type CredentialsRefusal, isAuthentic, readClientCredentials } from "./domain/client-authentication.ts";
import type { Parameters } from "./domain/parameters.ts";
import { OAuthError, type OAuthErrorCode } from "./errors.ts";
import type { Ports } from "./ports.ts";

const problems: Readonly<Record<CredentialsRefusal, readonly [OAuthErrorCode, string]>> = {
  no_client_id: ["invalid_client", "Name the client: client_id in the body, or HTTP Basic."],
  malformed_basic: ["invalid_client", "The Authorization header is not well-formed HTTP Basic."],
  two_methods: ["invalid_request", "Use one method of client authentication, and name one client."],
};

/**
 * The client that sent this form, authenticated as it registered (RFC 6749 2.3, 3.2.1).
 * @throws invalid_client; SDK clients then drop their registration and make a new one
 */
export async function authenticateClient(
  { store }: Pick<Ports, "store">,
  req: Request,
  form: Parameters,
): Promise<Client> {
  const { authorization } = req.headers;
  if ((req.headersDistinct.authorization ?? []).length > 1) {
    throw new OAuthError("invalid_request", "There is more than one Authorization header.");
  }
  const credentials = readClientCredentials(authorization, form);
  if (!credentials.ok) throw clientError(...problems[credentials.refusal], authorization !== undefined);
  const { clientId, secret } = credentials.value;
  const client = await store.clients.find(clientId);
  // Unknown and unproven clients get the same words: who is registered is nobody's business.
  if (client === undefined || !isAuthentic(client, secret && digest(secret))) {
    throw clientError("invalid_client", "The client is unknown or its secret is wrong.", authorization !== undefined);
  }
  return client;
}

// RFC 6749 5.2: the challenge answers an attempt by the Authorization header only.
function clientError(code: OAuthErrorCode, description: string, triedBasic: boolean): OAuthError {
  const headers = triedBasic && code === "invalid_client" ? { "WWW-Authenticate": 'Basic realm="token"' } : {};
  return new OAuthError(code, description, { to: "caller", headers });
}
