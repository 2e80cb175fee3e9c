import type { Clock } from "@gateway/store";
import type { AuthConfig } from "../config.ts";
import type { Ports } from "../ports.ts";
import { gitHubProvider } from "./github.ts";
import type { UpstreamProvider } from "./provider.ts";

/** The providers that are configured, in the order in which the sign-in page offers them. Nothing is asked of them yet. */
export function configuredProviders({
  config,
  resourceServers,
  clock,
  logger,
}: Pick<Ports, "config" | "resourceServers" | "clock" | "logger">): readonly UpstreamProvider[] {
  const { github, oidc, issuer } = config;
  return [
    ...(github === undefined ? [] : [gitHubProvider(github, { issuer, resourceServers, clock, logger })]),
    ...(oidc === undefined ? [] : [openIdProviderWhenNeeded(oidc, { issuer, clock })]),
  ];
}

/** Its library takes 7 MB, and time of every start: it is loaded by the first who signs in there. */
function openIdProviderWhenNeeded(
  oidc: NonNullable<AuthConfig["oidc"]>,
  { issuer, clock }: { readonly issuer: string; readonly clock: Clock },
): UpstreamProvider {
  const callbackPath = "/callback/oidc";
  const load = async () => {
    const { openIdProvider } = await import("./openid.ts");
    return openIdProvider(oidc, { redirectUri: `${issuer}${callbackPath}`, clock });
  };
  let loading: ReturnType<typeof load> | undefined;
  const provider = () => (loading ??= load());
  return {
    id: "oidc",
    name: oidc.name,
    callbackPath,
    begin: async (signIn) => (await provider()).begin(signIn),
    complete: async (answer, checks) => (await provider()).complete(answer, checks),
  };
}
