import { createHash } from "node:crypto";
import type { GatewayConfig, PreRegisteredClient, ServerDefinition, StdioServer } from "@gateway/config";
import { addressesOf, type PublicSite, publicAddressesOf, type ServerAddress } from "./identifiers.ts";
import type { DeclaredClient, ResourceServer, ResourceServers } from "./resource-servers.ts";

/** The addresses of a server, the canonical one first. */
type AddressesOf = (server: ServerDefinition) => readonly [ServerAddress, ...ServerAddress[]];

/**
 * What auth gets to know of the declared servers that are switched on.
 * @param issuer the public origin of local mode, without a slash at the end
 */
export function resourceServersOf(config: GatewayConfig, { issuer }: { readonly issuer: string }): ResourceServers {
  return resourceServersAt(config, (server) => {
    const { path, hosts } = addressesOf(server, issuer);
    return [path, ...hosts];
  });
}

/** The same for the deployed gateway. */
export function deployedResourceServersOf(config: GatewayConfig, site: PublicSite): ResourceServers {
  return resourceServersAt(config, (server) => publicAddressesOf(server, site));
}

function resourceServersAt({ servers, gateway }: GatewayConfig, identifiersOf: AddressesOf): ResourceServers {
  return {
    strictResource: gateway.strictResource,
    ...(gateway.login === undefined ? {} : { login: [...gateway.login] }),
    ...(gateway.strictScope === undefined ? {} : { strictScope: gateway.strictScope }),
    ...(gateway.refreshReuse === undefined ? {} : { refreshReuse: gateway.refreshReuse }),
    ...(gateway.registration === undefined ? {} : { registration: registrationOf(gateway.registration) }),
    ...(gateway.redirectSchemes === undefined ? {} : { redirectSchemes: [...gateway.redirectSchemes] }),
    ...(gateway.cimd === undefined ? {} : { cimd: rulesOf(gateway.cimd) }),
    ...(gateway.clients === undefined ? {} : { clients: gateway.clients.map(declaredClient) }),
    servers: servers
      .filter(({ enabled }) => enabled)
      .map((server) => {
        const { name, kind, forwardToken, allow = gateway.allow } = server;
        const [canonical, ...others] = identifiersOf(server);
        return {
          name,
          title: name,
          identifiers: [canonical.url, ...others.map(({ url }) => url)],
          ...(allow === undefined ? {} : { allowUsers: [...allow.users] }),
          ...(allow?.orgs === undefined ? {} : { allowOrgs: [...allow.orgs] }),
          ...(allow?.teams === undefined ? {} : { allowTeams: [...allow.teams] }),
          ...(kind === "stdio" ? { limitsTools: true } : {}),
          ...(kind === "stdio" && server.scopes !== undefined ? { scopes: scopesOf(server.scopes) } : {}),
          ...(forwardToken === undefined ? {} : { forwardToken }),
        };
      }),
  };
}

/** What needs a scope is the proxy's to know. */
function scopesOf(scopes: NonNullable<StdioServer["scopes"]>): ResourceServer["scopes"] {
  return Object.entries(scopes).map(([name, { title, implies }]) => {
    return { name, title, ...(implies === undefined ? {} : { implies }) };
  });
}

function declaredClient({ id, name, secret, jwks, redirectUris, introspect }: PreRegisteredClient): DeclaredClient {
  return {
    clientId: id,
    ...(name === undefined ? {} : { clientName: name }),
    redirectUris: [...redirectUris],
    ...(secret === undefined ? {} : { secretDigest: digest(secret) }),
    ...(jwks === undefined ? {} : { jwks }),
    introspect,
  };
}

// security.md 9: the file that auth reads holds nothing that could be used as a credential.
function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

function registrationOf(rules: NonNullable<GatewayConfig["gateway"]["registration"]>): ResourceServers["registration"] {
  if (rules === false) return false;
  const { initialAccessTokens, softwareStatements, rotate } = rules;
  return {
    ...(initialAccessTokens === undefined ? {} : { initialAccessTokenDigests: initialAccessTokens.map(digest) }),
    ...(softwareStatements === undefined ? {} : { softwareStatements: [...softwareStatements] }),
    ...(rotate === undefined ? {} : { rotate }),
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
