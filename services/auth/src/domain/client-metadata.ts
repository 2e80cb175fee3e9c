import { checkKeySet, checkRedirectUri, type KeySetRefusal, type RedirectUriRefusal } from "@gateway/config/auth";
import type { JsonWebKeySet } from "@gateway/store";
import { z } from "zod";
import { isDocumentUrl } from "./document-url.ts";

/** The grant type of RFC 8628 3.4. */
export const deviceCodeGrantType = "urn:ietf:params:oauth:grant-type:device_code";

/** What a client may register for (RFC 7591 2, RFC 8414 2). */
export const grantTypesSupported = ["authorization_code", "refresh_token", deviceCodeGrantType] as const;
/** How a client may prove itself at the token endpoint (RFC 7591 2, RFC 8414 2). */
export const tokenEndpointAuthMethodsSupported = [
  "none",
  "client_secret_basic",
  "client_secret_post",
  "private_key_jwt",
] as const;

const shortText = z.string().max(256);
const webUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).max(2_048);

/** Client metadata (RFC 7591 2) as asked for; members we do not know are dropped, as section 2 says. */
const ClientMetadata = z.object({
  redirect_uris: z.array(z.string()).max(10).default([]),
  token_endpoint_auth_method: z.enum(tokenEndpointAuthMethodsSupported).default("client_secret_basic"),
  grant_types: z.array(z.string()).max(20).default(["authorization_code"]),
  response_types: z.array(z.string()).max(20).optional(),
  // Echoed, not used to refuse URIs: clients send `web` together with an app's scheme.
  application_type: z.enum(["native", "web"]).optional(),
  client_name: z.string().max(128).optional(),
  client_uri: webUrl.optional(),
  logo_uri: webUrl.optional(),
  tos_uri: webUrl.optional(),
  policy_uri: webUrl.optional(),
  contacts: z.array(shortText).max(10).optional(),
  software_id: shortText.optional(),
  software_version: shortText.optional(),
  scope: z.string().max(1_024).optional(),
  jwks: z.unknown().optional(),
  jwks_uri: z.string().optional(),
});

/** The members of client metadata as JSON Schema (2020-12), with their limits and defaults. */
export function clientMetadataSchema(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return z.toJSONSchema(ClientMetadata, { io: "input" }).properties as Record<string, Record<string, unknown>>;
}

/** Effective metadata of a new client. */
export interface RegisteredMetadata {
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  /** One of the two with private_key_jwt, else none. */
  readonly jwks?: JsonWebKeySet;
  readonly jwksUri?: string;
  readonly tokenEndpointAuthMethod: (typeof tokenEndpointAuthMethodsSupported)[number];
  /** The rest, by wire name. */
  readonly display: Readonly<Record<string, unknown>>;
}

/** RFC 7591 3.2.2. */
type RegistrationErrorCode =
  | "invalid_client_metadata"
  | "invalid_redirect_uri"
  | "invalid_software_statement"
  | "unapproved_software_statement";
export type RegistrationDecision =
  | { readonly metadata: RegisteredMetadata }
  | { readonly error: RegistrationErrorCode; readonly description: string };

/**
 * May a client with this metadata be registered, and as what (RFC 7591 2, oauth-wire 4.1)?
 * @param moreSchemes of redirect URIs, which the operator added
 * @param options `allowLoopbackKeys`: `jwks_uri` may be of this machine, where it is the client's own in development
 */
export function checkClientMetadata(
  requested: unknown,
  moreSchemes: readonly string[] = [],
  { allowLoopbackKeys = false } = {},
): RegistrationDecision {
  if (typeof requested !== "object" || requested === null || Array.isArray(requested)) {
    return invalid("The body must be a JSON object sent as application/json.");
  }
  const asked = withoutBlanks(requested);
  if ("software_statement" in asked) {
    return { error: "invalid_software_statement", description: "Software statements are not accepted here." };
  }
  const { data: metadata, error } = ClientMetadata.safeParse(asked);
  if (metadata === undefined) return invalid(describeIssue(error));
  const badUri = metadata.redirect_uris
    .map((uri) => describeBadUri(uri, moreSchemes))
    .find((description) => description !== undefined);
  if (badUri !== undefined) return { error: "invalid_redirect_uri", description: badUri };
  const problem = grantProblem(metadata);
  if (problem !== undefined) return invalid(problem);
  return metadata.token_endpoint_auth_method === "private_key_jwt"
    ? withKeys(metadata, allowLoopbackKeys)
    : { metadata: effectiveMetadata(metadata) };
}

/** What does not fit together in grant types, response types and redirect URIs (RFC 7591 2.1). */
function grantProblem(metadata: z.infer<typeof ClientMetadata>): string | undefined {
  const { grant_types, response_types = ["code"], redirect_uris } = metadata;
  const redirects = grant_types.includes("authorization_code");
  if (!redirects && !grant_types.includes(deviceCodeGrantType)) {
    return `grant_types must include authorization_code or ${deviceCodeGrantType}.`;
  }
  if (redirects && redirect_uris.length === 0) return "redirect_uris: at least one is needed for authorization_code.";
  return redirects && !response_types.includes("code") ? "response_types must include code." : undefined;
}

/** RFC 7591 2: keys by value or by reference, never both. */
function withKeys(asked: z.infer<typeof ClientMetadata>, allowLoopback: boolean): RegistrationDecision {
  const { jwks, jwks_uri: jwksUri } = asked;
  const metadata = effectiveMetadata(asked);
  if (jwks !== undefined && jwksUri !== undefined) return invalid("Use jwks or jwks_uri, not both.");
  if (jwksUri !== undefined) {
    if (isDocumentUrl(jwksUri, { allowLoopback })) return { metadata: { ...metadata, jwksUri } };
    return invalid(
      "jwks_uri must be an https URL with a DNS name and a path, without user information, fragment or port.",
    );
  }
  const keys = checkKeySet(jwks);
  return keys.ok ? { metadata: { ...metadata, jwks: keys.value } } : invalid(keyProblems[keys.refusal]);
}

const keyProblems: Readonly<Record<KeySetRefusal, string>> = {
  malformed: "private_key_jwt needs jwks, a JWK set with 1 to 20 public keys, or jwks_uri.",
  secret_key: "jwks must hold public keys only.",
  no_usable_key: "jwks holds no key that can be used: RSA of 2048 to 4096 bits, or EC P-256.",
};

function effectiveMetadata(metadata: z.infer<typeof ClientMetadata>): RegisteredMetadata {
  const { redirect_uris, token_endpoint_auth_method, grant_types, ...others } = metadata;
  const { response_types: _, jwks: __, jwks_uri: ___, ...display } = others;
  return {
    redirectUris: [...new Set(redirect_uris)],
    grantTypes: grantTypesSupported.filter((grantType) => grant_types.includes(grantType)),
    responseTypes: grant_types.includes("authorization_code") ? ["code"] : [],
    tokenEndpointAuthMethod: token_endpoint_auth_method,
    display,
  };
}

// RFC 7591 has neither null nor an empty text as a value; some clients send them for "absent".
function withoutBlanks(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== ""));
}

function invalid(description: string): RegistrationDecision {
  return { error: "invalid_client_metadata", description };
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") ?? "body"}: ${issue?.message ?? "not valid"}`;
}

const uriProblems: Readonly<Record<RedirectUriRefusal, string>> = {
  too_long: "is longer than 2048 characters",
  malformed: "is not an absolute URI of plain ASCII without fragment and wildcard",
  user_info: "must not hold user information",
  http_off_loopback: "may use http only for localhost, 127.0.0.1 and [::1]",
  scheme: "uses a scheme that is not allowed here (the operator of this gateway can add one: gateway.redirectSchemes)",
};

function describeBadUri(uri: string, moreSchemes: readonly string[]): string | undefined {
  const refusal = checkRedirectUri(uri, moreSchemes);
  return refusal && `redirect_uris: ${quoted(uri.slice(0, 200))} ${uriProblems[refusal]}.`;
}

// A description is ASCII text (RFC 7591 3.2.2).
function quoted(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[^ -~]/g, escaped);
}
