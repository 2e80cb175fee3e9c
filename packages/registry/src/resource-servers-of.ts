import type { GatewayConfig } from "@gateway/config";
import { addressesOf } from "./identifiers.ts";
import type { ResourceServers } from "./resource-servers.ts";

/**
 * What auth gets to know of the declared servers that are switched on.
 * @param issuer the gateway's public origin, without a slash at the end
 */
export function resourceServersOf(
  { servers, gateway }: GatewayConfig,
  { issuer }: { readonly issuer: string },
): ResourceServers {
  return {
    strictResource: gateway.strictResource,
    servers: servers
      .filter(({ enabled }) => enabled)
      .map(({ name, allow = gateway.allow }) => {
        const { path, host } = addressesOf(name, issuer);
        return {
          name,
          title: name,
          identifiers: [path.url, host.url],
          ...(allow === undefined ? {} : { allowUsers: [...allow.users] }),
          ...(allow?.orgs === undefined ? {} : { allowOrgs: [...allow.orgs] }),
          ...(allow?.teams === undefined ? {} : { allowTeams: [...allow.teams] }),
        };
      }),
  };
}
