import type { Ports } from "../ports.ts";
import { gitHubProvider } from "./github.ts";
import { openIdProvider } from "./openid.ts";
import type { UpstreamProvider } from "./provider.ts";

/** The providers that are configured, in the order in which the sign-in page offers them. Nothing is asked of them yet. */
export function configuredProviders({
  config,
  resourceServers,
  clock,
}: Pick<Ports, "config" | "resourceServers" | "clock">): readonly UpstreamProvider[] {
  const { github, oidc, issuer } = config;
  return [
    ...(github === undefined ? [] : [gitHubProvider(github, { issuer, resourceServers, clock })]),
    ...(oidc === undefined ? [] : [openIdProvider(oidc, { issuer, clock })]),
  ];
}
