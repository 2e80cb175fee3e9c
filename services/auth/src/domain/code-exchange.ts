import type { ResourceServers } from "@gateway/registry";
import type { AuthorizationCode } from "@gateway/store";
import { isCodeVerifier, matchesChallenge } from "./pkce.ts";
import { checkRequestedResource, type ResourceRefusal } from "./requested-resource.ts";

/** What a client presents with a code (RFC 6749 4.1.3, RFC 7636 4.5, RFC 8707 2.2). */
export interface CodeExchange {
  readonly clientId: string;
  readonly redirectUri: string | undefined;
  readonly codeVerifier: string | undefined;
  readonly resources: readonly string[];
}

/** Why a code is not exchanged. */
export type CodeRefusal =
  | "issued_to_another_client"
  | "expired"
  | "redirect_uri_mismatch"
  | "code_verifier_missing"
  | "pkce_mismatch"
  | ResourceMismatch;
/** Why a `resource` at the token endpoint does not fit what was granted. */
export type ResourceMismatch = ResourceRefusal | "another_resource";

/**
 * May this code, spent just now, be exchanged? The clock (seconds since the epoch) is given.
 * @returns why not, or undefined when it may
 */
export function checkCodeExchange(
  code: AuthorizationCode,
  request: CodeExchange,
  { servers, now }: { servers: ResourceServers; now: number },
): CodeRefusal | undefined {
  if (code.request.clientId !== request.clientId) return "issued_to_another_client"; // RFC 6749 5.2
  if (code.expiresAt <= now) return "expired";
  // OAuth 2.1 drops the parameter here, so it may be absent; a wrong one never passes.
  if (request.redirectUri !== undefined && request.redirectUri !== code.request.redirectUri) {
    return "redirect_uri_mismatch";
  }
  if (request.codeVerifier === undefined) return "code_verifier_missing"; // RFC 7636 4.6
  const isVerified = isCodeVerifier(request.codeVerifier);
  if (!isVerified || !matchesChallenge(request.codeVerifier, code.request.codeChallenge)) return "pkce_mismatch";
  return checkResourceMatch(servers, request.resources, code.request.resource);
}

/**
 * Does a `resource` at the token endpoint mean the server that was granted (RFC 8707 2.2)? Absent, it does; another
 * identifier of the same server does too.
 */
export function checkResourceMatch(
  servers: ResourceServers,
  requested: readonly string[],
  granted: string,
): ResourceMismatch | undefined {
  const asked = checkRequestedResource(servers, requested);
  if (!asked.ok) return asked.refusal;
  if (asked.value === undefined) return undefined;
  return asked.value.server.identifiers.includes(granted) ? undefined : "another_resource";
}
