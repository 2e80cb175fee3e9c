import { createHash } from "node:crypto";
import type { GatewayConfig, PreRegisteredClient } from "@gateway/config";
import { addressesOf } from "./identifiers.ts";
import type { DeclaredClient, ResourceServers } from "./resource-servers.ts";

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
    ...(gateway.registration === undefined ? {} : { registration: gateway.registration }),
    ...(gateway.cimd === undefined ? {} : { cimd: rulesOf(gateway.cimd) }),
    ...(gateway.clients === undefined ? {} : { clients: gateway.clients.map(declaredClient) }),
    servers: servers
      .filter(({ enabled }) => enabled)
      .map(({ name, kind, allow = gateway.allow }) => {
        const { path, host } = addressesOf(name, issuer);
        return {
          name,
          title: name,
          identifiers: [path.url, host.url],
          ...(allow === undefined ? {} : { allowUsers: [...allow.users] }),
          ...(allow?.orgs === undefined ? {} : { allowOrgs: [...allow.orgs] }),
          ...(allow?.teams === undefined ? {} : { allowTeams: [...allow.teams] }),
          ...(kind === "stdio" ? { limitsTools: true } : {}),
        };
      }),
  };
}

function declaredClient({ id, name, secret, jwks, redirectUris, introspect }: PreRegisteredClient): DeclaredClient {
  return {
    clientId: id,
    ...(name === undefined ? {} : { clientName: name }),
    redirectUris: [...redirectUris],
    // security.md 9: the file that auth reads holds nothing that could be used as a credential.
    ...(secret === undefined ? {} : { secretDigest: createHash("sha256").update(secret).digest("base64url") }),
    ...(jwks === undefined ? {} : { jwks }),
    introspect,
  };
}

function rulesOf(rules: NonNullable<GatewayConfig["gateway"]["cimd"]>): ResourceServers["cimd"] {
  if (rules === false) return false;
  const { allow, warn, deny, logos, loopback } = rules;
  return {
    ...(allow === undefined ? {} : { allow: [...allow] }),
    ...(warn === undefined ? {} : { warn: [...warn] }),
    ...(deny === undefined ? {} : { deny: [...deny] }),
    ...(logos === undefined ? {} : { logos }),
    ...(loopback === undefined ? {} : { loopback }),
  };
}
