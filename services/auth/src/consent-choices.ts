import { baseScope } from "@gateway/forward-auth";
import type { ResourceServer } from "@gateway/registry";
import type { AuthorizationRequest, User } from "@gateway/store";
import { heldScope, permissionsOf } from "./domain/permissions.ts";
import { grantableScope } from "./domain/scope.ts";
import type { ConsentChoices } from "./pages/consent.ts";
import type { Ports } from "./ports.ts";

/**
 * What a consent page says is granted: at the server that is named, or at each of those to choose from.
 * @param choices the servers to choose from, or the one that the request names
 */
export async function consentChoices(
  { store }: Pick<Ports, "store">,
  user: User | undefined,
  {
    request: { clientId, resource, scope },
    choices,
  }: {
    request: Pick<AuthorizationRequest, "clientId" | "resource" | "scope">;
    choices: readonly ResourceServer[];
  },
): Promise<Pick<ConsentChoices, "choices" | "permissions">> {
  const [server] = choices;
  if (resource === undefined || server === undefined) return choicesOf(scope, choices);
  const grants = user === undefined ? [] : await store.grants.ofUser(user.sub);
  return { choices: [], permissions: permissionsOf(scope, server, heldScope(grants, { clientId, server })) };
}

/** What is granted everywhere is said once, what a server has of its own beside that server. */
function choicesOf(asked: string, servers: readonly ResourceServer[]): Pick<ConsentChoices, "choices" | "permissions"> {
  const scopes = servers.flatMap((server) => server.scopes ?? []);
  const choices = servers.map((server) => {
    const { title, identifiers } = server;
    const more = permissionsOf(grantableScope(asked, server), server, baseScope).added;
    return { title, resource: identifiers[0], more };
  });
  return { choices, permissions: permissionsOf(baseScope, { scopes }) };
}
