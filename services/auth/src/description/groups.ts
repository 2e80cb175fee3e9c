import { authorization } from "./authorization.ts";
import { clients } from "./clients.ts";
import { discovery } from "./discovery.ts";
import type { Described, Group } from "./operation.ts";
import { pages } from "./pages.ts";
import { tokens } from "./tokens.ts";

/** Everything that the authorization server answers to the public, as it is configured. */
export function describeEndpoints(described: Described): readonly Group[] {
  return [discovery, clients, authorization, tokens, pages].map((describe) => describe(described));
}
