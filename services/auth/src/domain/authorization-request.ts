import type { ResourceServers } from "@gateway/registry";
import type { AuthorizationRequest, Client } from "@gateway/store";
import { clientFingerprint } from "./client-fingerprint.ts";
import type { Parameters } from "./parameters.ts";
import { codeChallengeMethod, isCodeChallenge } from "./pkce.ts";
import { type AccessRefusal, accessErrors, checkRequestedAccess } from "./requested-access.ts";
import { accept, type Result, refuse } from "./result.ts";

/** Why an authorization request fails although its redirect URI is good: the client is told there. */
export type AuthorizationRefusal =
  | "state_too_long"
  | "request_object"
  | "request_uri"
  | "response_type_missing"
  | "response_type"
  | "response_mode"
  | "grant_type_not_registered"
  | "code_challenge"
  | "code_challenge_method"
  | "prompt_none_with_others"
  | AccessRefusal;

/** Each refusal in the words of the wire (RFC 6749 4.1.2.1, RFC 7636 4.4.1, OpenID Connect Core 3.1.2.6). */
export const authorizationErrors = {
  state_too_long: ["invalid_request", "state is longer than 4096 characters"],
  request_object: ["request_not_supported", "request objects are not supported"],
  request_uri: ["request_uri_not_supported", "request_uri is not supported"],
  response_type_missing: ["invalid_request", "response_type is missing"],
  response_type: ["unsupported_response_type", "response_type must be code"],
  response_mode: ["invalid_request", "response_mode must be query"],
  grant_type_not_registered: ["unauthorized_client", "the client is not registered for authorization_code"],
  code_challenge: ["invalid_request", "code_challenge must be 43 base64url characters (PKCE is required)"],
  code_challenge_method: ["invalid_request", "code_challenge_method must be S256"],
  prompt_none_with_others: ["invalid_request", "prompt=none cannot be combined with other values"],
  ...accessErrors,
} as const satisfies Readonly<Record<AuthorizationRefusal, readonly [code: string, description: string]>>;

/** Characters of `state` that are kept for the client. */
export const longestState = 4_096;

type Check = (parameters: Parameters, client: Client) => AuthorizationRefusal | undefined;

/** In the order in which a request is judged. */
const checks: readonly Check[] = [
  ({ get }) => ((get("state") ?? "").length > longestState ? "state_too_long" : undefined),
  ({ get }) => (get("request") === undefined ? undefined : "request_object"),
  ({ get }) => (get("request_uri") === undefined ? undefined : "request_uri"),
  ({ get }) => (get("response_type") === undefined ? "response_type_missing" : undefined),
  ({ get }) => (get("response_type") === "code" ? undefined : "response_type"),
  ({ get }) => ((get("response_mode") ?? "query") === "query" ? undefined : "response_mode"),
  (_, { grantTypes }) => (grantTypes.includes("authorization_code") ? undefined : "grant_type_not_registered"),
  ({ get }) => (isCodeChallenge(get("code_challenge") ?? "") ? undefined : "code_challenge"),
  // RFC 7636 4.3: an absent method means `plain`.
  ({ get }) => (get("code_challenge_method") === codeChallengeMethod ? undefined : "code_challenge_method"),
  ({ get }) => (hasPrompt(get("prompt"), "none") && get("prompt") !== "none" ? "prompt_none_with_others" : undefined),
];

/** Is this request good, its client and redirect URI being known and proven (oauth-wire 5, phase B)? */
export function checkAuthorizationRequest(
  parameters: Parameters,
  { client, redirectUri, servers }: { client: Client; redirectUri: string; servers: ResourceServers },
): Result<AuthorizationRequest, AuthorizationRefusal> {
  const refusal = checks.map((check) => check(parameters, client)).find((reason) => reason !== undefined);
  if (refusal !== undefined) return refuse(refusal);
  const access = checkRequestedAccess(parameters, servers);
  if (!access.ok) return access;
  return accept({
    clientId: client.clientId,
    redirectUri,
    codeChallenge: parameters.get("code_challenge") ?? "",
    ...access.value,
    clientFingerprint: clientFingerprint(client),
    ...given("state", parameters.get("state")),
    ...given("prompt", parameters.get("prompt")),
  });
}

function given<Name extends string>(name: Name, value: string | undefined): { [name in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]: string });
}

/** Whether the space-separated `prompt` has this value (OpenID Connect Core 3.1.2.1). */
export function hasPrompt(prompt: string | undefined, value: string): boolean {
  return (prompt ?? "").split(" ").includes(value);
}

/** The request once the person has signed in for it: what asked for that is done. */
export function withoutSignInPrompt({ prompt, ...request }: AuthorizationRequest): AuthorizationRequest {
  const open = (prompt ?? "").split(" ").filter((value) => value === "consent");
  return open.length === 0 ? request : { ...request, prompt: open.join(" ") };
}
