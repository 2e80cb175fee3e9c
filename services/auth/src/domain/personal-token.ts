import type { ResourceServer } from "@gateway/registry";
import type { Grant } from "@gateway/store";
import { displayText } from "./display-text.ts";
import type { Parameters } from "./parameters.ts";
import { accept, type Result, refuse } from "./result.ts";

/** `client_id` of personal access tokens: no client that could authenticate, so nobody can refresh or exchange as it. */
export const personalTokenClientId = "personal-access-token";

/** Days that a personal access token may live. */
export const personalTokenLifetimes = { choices: [7, 30, 90, 365], default: 30 } as const;
/** Personal access tokens of one user at one time. */
const mostTokens = 50;

/** What a person asks for. */
export interface PersonalTokenRequest {
  readonly name: string;
  readonly resource: string;
  readonly days: number;
}

export type PersonalTokenRefusal = "no_name" | "unknown_server" | "bad_lifetime" | "too_many";

/** Each refusal in words for the person. */
export const personalTokenProblems: Readonly<Record<PersonalTokenRefusal, string>> = {
  no_name: "Give the token a name, by which you will know it again.",
  unknown_server: "Choose one of the MCP servers that you may use.",
  bad_lifetime: "Choose how long the token is to live.",
  too_many: `You have ${mostTokens} tokens. Revoke one that you no longer need.`,
};

/**
 * May this person have this token?
 * @param usable the servers that they may use
 * @param grants theirs, personal tokens and others
 */
export function checkPersonalTokenRequest(
  { get, resources }: Parameters,
  { usable, grants }: { usable: readonly ResourceServer[]; grants: readonly Grant[] },
): Result<PersonalTokenRequest, PersonalTokenRefusal> {
  const name = displayText(get("name"), 60);
  if (name === undefined) return refuse("no_name");
  const resource = usable.map(({ identifiers }) => identifiers[0]).find((one) => one === resources[0]);
  if (resource === undefined || resources.length > 1) return refuse("unknown_server");
  const days = personalTokenLifetimes.choices.find((choice) => String(choice) === get("days"));
  if (days === undefined) return refuse("bad_lifetime");
  if (grants.filter(isPersonalToken).length >= mostTokens) return refuse("too_many");
  return accept({ name, resource, days });
}

/** Whether a grant is a personal access token's. */
export function isPersonalToken({ clientId }: Pick<Grant, "clientId">): boolean {
  return clientId === personalTokenClientId;
}
