import type { Client } from "@gateway/store";
import type { RegisteredMetadata } from "./client-metadata.ts";

/** What the server alone decides, so that no update may hold it (RFC 7592 2.2). */
const serverOnly = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret_expires_at",
  "client_id_issued_at",
];

/**
 * What stands in the way of an update, before its metadata is looked at (RFC 7592 2.2).
 * @param digest makes of a secret what the store keeps of it
 * @returns the reason in words for the client's developer, or undefined when nothing does
 */
export function findUpdateProblem(
  update: unknown,
  client: Pick<Client, "clientId" | "secretDigest">,
  digest: (secret: string) => string,
): string | undefined {
  const members = typeof update === "object" && update !== null ? (update as Record<string, unknown>) : {};
  const forbidden = serverOnly.find((name) => name in members);
  if (forbidden !== undefined) return `${forbidden} is not the client's to set.`;
  if (members.client_id !== client.clientId) return "client_id must be the client's own.";
  const { client_secret: secret } = members;
  // RFC 7592 2.2: a client must not choose its secret; it may only repeat it.
  const isOwn = secret === undefined || (typeof secret === "string" && digest(secret) === client.secretDigest);
  return isOwn ? undefined : "client_secret must be the one that was issued, or be left out.";
}

/** Whether a client with this metadata authenticates by a secret that it does not have yet. */
export function needsSecret(
  { tokenEndpointAuthMethod }: Pick<RegisteredMetadata, "tokenEndpointAuthMethod">,
  client?: Pick<Client, "secretDigest">,
): boolean {
  return usesSecret(tokenEndpointAuthMethod) && client?.secretDigest === undefined;
}

/**
 * The client with this metadata in the place of all that it had (RFC 7592 2.2: an update replaces, it does not merge).
 * @param digests of the secret, where a new one was made, and of the registration access token
 */
export function updatedClient(
  client: Client,
  metadata: RegisteredMetadata,
  { secretDigest, registrationTokenDigest }: { secretDigest: string | undefined; registrationTokenDigest: string },
): Client {
  const { clientId, clientIdIssuedAt } = client;
  const kept = usesSecret(metadata.tokenEndpointAuthMethod) ? (secretDigest ?? client.secretDigest) : undefined;
  return {
    clientId,
    clientIdIssuedAt,
    registrationTokenDigest,
    ...metadata,
    ...(kept === undefined ? {} : { secretDigest: kept }),
  };
}

function usesSecret(method: Client["tokenEndpointAuthMethod"]): boolean {
  return method === "client_secret_basic" || method === "client_secret_post";
}
