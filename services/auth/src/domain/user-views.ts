import type { UserView } from "@gateway/operator-api";
import type { ResourceServers } from "@gateway/registry";
import type { Grant } from "@gateway/store";
import { isPersonalToken } from "./personal-token.ts";
import { resolveResource } from "./resource.ts";
import { providerOf } from "./sign-in-provider.ts";

/** Those whose grants these are, in the order of their first one. */
export function viewUsers(grants: readonly Grant[], servers: ResourceServers): readonly UserView[] {
  const bySub = new Map<string, [Grant, ...Grant[]]>();
  for (const grant of grants) {
    const own = bySub.get(grant.user.sub);
    if (own === undefined) bySub.set(grant.user.sub, [grant]);
    else own.push(grant);
  }
  return [...bySub.values()].map((own) => viewUser(own, servers));
}

function viewUser(grants: readonly [Grant, ...Grant[]], servers: ResourceServers): UserView {
  const { user, authTime } = grants.reduce((latest, grant) => (grant.authTime >= latest.authTime ? grant : latest));
  const personal = grants.filter(isPersonalToken).length;
  const ofClients = grants.filter((grant) => !isPersonalToken(grant));
  const names = grants.map(({ resource }) => resolveResource(servers, resource)?.server.name ?? resource);
  return {
    sub: user.sub,
    user: user.login,
    provider: providerOf(user.sub) ?? "local",
    ...(user.openId?.email === undefined ? {} : { email: user.openId.email }),
    servers: [...new Set(names)].sort(),
    clients: new Set(ofClients.map(({ clientId }) => clientId)).size,
    personal,
    tokens: grants.length,
    since: Math.min(...grants.map(({ createdAt }) => createdAt)),
    last_sign_in_at: authTime,
  };
}
