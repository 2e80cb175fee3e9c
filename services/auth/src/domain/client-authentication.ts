import type { Client } from "@gateway/store";
import { claimedSubject, clientAssertionType } from "./client-assertion.ts";
import type { Parameters } from "./parameters.ts";
import { accept, type Result, refuse } from "./result.ts";
import { isSame } from "./secret-comparison.ts";

/** Who a caller of the token endpoint says it is, and what it shows for it. */
export type ClientCredentials = SharedSecret | Assertion;

interface SharedSecret {
  readonly method: "none" | "basic" | "post";
  readonly clientId: string;
  /** What may be the secret: one reading of it, or two where HTTP Basic allows both. None was shown: empty. */
  readonly secrets: readonly string[];
}

interface Assertion {
  readonly method: "assertion";
  readonly clientId: string;
  readonly assertion: string;
}

export type CredentialsRefusal = "no_client_id" | "malformed_basic" | "two_methods" | "unknown_assertion_type";

/**
 * Reads client credentials (RFC 6749 2.3.1, RFC 7523 2.2, oauth-wire 6.1): HTTP Basic, the form, a signed assertion, or a
 * `client_id` alone.
 * @param authorization the header's value
 */
export function readClientCredentials(
  authorization: string | undefined,
  { get }: Pick<Parameters, "get">,
): Result<ClientCredentials, CredentialsRefusal> {
  const clientId = get("client_id");
  const secret = get("client_secret");
  if (get("client_assertion") !== undefined || get("client_assertion_type") !== undefined) {
    return authorization === undefined && secret === undefined ? readAssertion(get) : refuse("two_methods");
  }
  if (authorization === undefined) {
    if (clientId === undefined) return refuse("no_client_id");
    return accept({
      method: secret === undefined ? "none" : "post",
      clientId,
      secrets: secret === undefined ? [] : [secret],
    });
  }
  const basic = readBasic(authorization);
  if (basic === undefined) return refuse("malformed_basic");
  const namesAnother = clientId !== undefined && clientId !== basic.clientId;
  return secret !== undefined || namesAnother ? refuse("two_methods") : accept(basic);
}

// RFC 7521 4.2: client_id is not needed beside an assertion; where it is sent, the subject must be the same.
function readAssertion(get: Parameters["get"]): Result<Assertion, CredentialsRefusal> {
  const assertion = get("client_assertion") ?? "";
  if (get("client_assertion_type") !== clientAssertionType) return refuse("unknown_assertion_type");
  const clientId = get("client_id") ?? claimedSubject(assertion);
  return clientId === undefined ? refuse("no_client_id") : accept({ method: "assertion", clientId, assertion });
}

function readBasic(authorization: string): SharedSecret | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const [, id, secret = ""] = /^([^:]+):([\s\S]*)$/.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  const clientId = formDecode(id ?? "");
  return clientId ? { method: "basic", clientId, secrets: secretsOf(secret) } : undefined;
}

// RFC 6749 2.3.1: both halves are form-encoded before they are joined. Many clients leave that out, which shows in a secret
// that holds a plus or a percent sign. Whoever sends either spelling knows the secret.
function secretsOf(sent: string): string[] {
  return [...new Set([formDecode(sent) ?? sent, sent])].filter((reading) => reading !== "");
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined; // a stray percent sign
  }
}

/**
 * Has the client shown what it registered with (security.md 16)? A client of either secret method may use the other;
 * a public client may send no secret or an empty one.
 * @param shown digests of what may be the secret that was shown
 */
export function isAuthentic(
  { tokenEndpointAuthMethod, secretDigest }: Pick<Client, "tokenEndpointAuthMethod" | "secretDigest">,
  shown: readonly string[],
): boolean {
  if (tokenEndpointAuthMethod === "none") return shown.length === 0;
  return secretDigest !== undefined && shown.some((digest) => isSame(secretDigest, digest));
}
