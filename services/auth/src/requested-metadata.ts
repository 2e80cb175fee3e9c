import type { Client } from "@gateway/store";
import { checkApprovedStatement } from "./approved-statement.ts";
import { checkClientMetadata, type RegisteredMetadata } from "./domain/client-metadata.ts";
import type { StatementRefusal } from "./domain/software-statement.ts";
import { OAuthError } from "./errors.ts";
import type { Ports } from "./ports.ts";

/** Reads a body that was sent as application/json; undefined when it was sent as something else. */
export function parseJson(body: unknown): unknown {
  if (typeof body !== "string") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new OAuthError("invalid_client_metadata", "The body is not JSON."); // JSON.parse has no other failure
  }
}

type MetadataPorts = Pick<Ports, "config" | "resourceServers" | "clock">;

/**
 * What a client may register with of what it asks for (RFC 7591 2).
 * @param requested the parsed body
 * @param registered what is changed; absent for a new client
 * @throws what RFC 7591 3.2.2 names
 */
export function parseClientMetadata(
  requested: unknown,
  ports: MetadataPorts,
  registered?: Pick<Client, "display">,
): RegisteredMetadata {
  const { asked, statement } = applySoftwareStatement(requested, ports, registered);
  const decision = checkClientMetadata(asked, ports.resourceServers.redirectSchemes);
  if ("error" in decision) throw new OAuthError(decision.error, decision.description);
  const { metadata } = decision;
  return statement === undefined ? metadata : { ...metadata, display: { ...metadata.display, ...statement } };
}

/**
 * What is asked for, with what a software statement says in its place (RFC 7591 2.3), and the statement as it has to be told
 * again (RFC 7591 3.2.1).
 */
function applySoftwareStatement(requested: unknown, ports: MetadataPorts, registered?: Pick<Client, "display">) {
  const { softwareStatements: issuers } = ports.resourceServers.registration || {};
  const { software_statement: statement, ...rest } = (requested ?? {}) as Record<string, unknown>;
  // client-metadata.ts refuses one where nobody is approved, and drops an empty one.
  if (issuers === undefined || statement === undefined || statement === null || statement === "")
    return { asked: requested };
  if (typeof statement !== "string")
    throw new OAuthError("invalid_software_statement", "software_statement must be a text: a signed JWT.");
  // RFC 7592 2.2: what a read gave can be put back, also after the end of a statement that was good when it was accepted.
  const now = statement === registered?.display.software_statement ? undefined : ports.clock();
  const checked = checkApprovedStatement(ports, statement, now);
  if (checked.ok) {
    return { asked: { ...rest, ...checked.value.metadata }, statement: { software_statement: statement } };
  }
  const code = checked.refusal === "unapproved" ? "unapproved_software_statement" : "invalid_software_statement";
  throw new OAuthError(code, `software_statement: ${statementProblems[checked.refusal]}.`);
}

const statementProblems: Readonly<Record<StatementRefusal, string>> = {
  malformed: "it is no JWT, or longer than 8192 characters",
  forbidden_header: "its header names another algorithm than RS256 and ES256, or a key or extension of its own",
  unknown_key: "no key of its issuer fits its kid and alg",
  bad_signature: "its signature is wrong",
  unapproved:
    "its issuer is not approved here (the operator of this gateway can: gateway.registration.softwareStatements)",
  bad_claims: "iss must be a text, exp and nbf numbers",
  wrong_audience: "it is for another server",
  expired: "it has expired",
  not_yet_valid: "it is not valid yet",
};
