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
/** Tools that one may be limited to, and their characters in all: every request carries them to the proxy, in a header. */
const toolBounds = { names: 30, characters: 1_024 } as const;

/** What a person asks for. */
export interface PersonalTokenRequest {
  readonly name: string;
  readonly resource: string;
  readonly days: number;
  /** The only tools it is good for, as names and globs, in order; absent: all. */
  readonly tools?: readonly string[];
}

export type PersonalTokenRefusal =
  | "no_name"
  | "unknown_server"
  | "bad_lifetime"
  | "bad_tools"
  | "tools_not_limited"
  | "too_many";

/** Each refusal in words for the person. */
export const personalTokenProblems: Readonly<Record<PersonalTokenRefusal, string>> = {
  no_name: "Give the token a name, by which you will know it again.",
  unknown_server: "Choose one of the MCP servers that you may use.",
  bad_lifetime: "Choose how long the token is to live.",
  bad_tools: `Name tools one a line: at most ${toolBounds.names}, with ${toolBounds.characters} characters in all.`,
  tools_not_limited:
    "A token for this server cannot be limited to some tools: it speaks HTTP itself, and nothing of the gateway sees its calls.",
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
  const server = usable.find(({ identifiers }) => identifiers[0] === resources[0]);
  if (server === undefined || resources.length > 1) return refuse("unknown_server");
  const days = personalTokenLifetimes.choices.find((choice) => String(choice) === get("days"));
  if (days === undefined) return refuse("bad_lifetime");
  const tools = checkTools(get("tools") ?? "", server);
  if (!tools.ok) return tools;
  if (grants.filter(isPersonalToken).length >= mostTokens) return refuse("too_many");
  return accept({ name, resource: server.identifiers[0], days, ...tools.value });
}

/** Reads names and globs as `gateway.tools` has them, one a line or separated by commas. */
function checkTools(
  text: string,
  { limitsTools }: ResourceServer,
): Result<Pick<PersonalTokenRequest, "tools">, PersonalTokenRefusal> {
  if (text.trim() === "") return accept({});
  if (limitsTools !== true) return refuse("tools_not_limited");
  const names = text.split(/[\r\n,]+/).map((name) => name.trim());
  const tools = [...new Set(names.filter((name) => name !== ""))].sort();
  const isShort = tools.length <= toolBounds.names && tools.join("").length <= toolBounds.characters;
  return tools.length > 0 && isShort && !/\p{C}/u.test(tools.join("")) ? accept({ tools }) : refuse("bad_tools");
}

/** Whether a grant is a personal access token's. */
export function isPersonalToken({ clientId }: Pick<Grant, "clientId">): boolean {
  return clientId === personalTokenClientId;
}
