import type { Clock } from "@gateway/store";
import * as client from "openid-client";
import type { AuthConfig } from "../config.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { UpstreamFailure } from "./upstream-failure.ts";

type OpenIdConfig = NonNullable<AuthConfig["oidc"]>;

/** Seconds after which the provider's document is read again; its keys are, as soon as an unknown one signs. */
const keptFor = 3_600;

/** Seconds for each request. */
const timeout = 8;

/**
 * What the provider's discovery document says (OpenID Connect Discovery 4), read when it is needed first: a provider
 * that is away does not keep auth from starting. A failure is not kept.
 */
export function keptConfiguration(oidc: OpenIdConfig, clock: Clock): () => Promise<client.Configuration> {
  let kept: { readonly configuration: Promise<client.Configuration>; readonly until: number } | undefined;
  return () => {
    if (kept !== undefined && clock() < kept.until) return kept.configuration;
    const reading = { configuration: discover(oidc), until: clock() + keptFor };
    kept = reading;
    reading.configuration.catch(() => {
      if (kept === reading) kept = undefined;
    });
    return reading.configuration;
  };
}

async function discover({ issuer, clientId, clientSecret }: OpenIdConfig): Promise<client.Configuration> {
  const isLocal = issuer.startsWith("http:"); // on loopback alone: the configuration allows no other
  const configuration = await client.discovery(new URL(issuer), clientId, undefined, authentication(clientSecret), {
    timeout,
    [client.customFetch]: (url, options) => boundedFetch(url, options as Parameters<typeof boundedFetch>[1]),
    // The signature counts although the ID token comes straight from the provider: the way is http on loopback.
    execute: [client.enableNonRepudiationChecks, ...(isLocal ? [client.allowInsecureRequests] : [])],
  });
  // The library lets a provider speak for many issuers (Microsoft's `common`): anybody could be anybody's tenant then.
  const { issuer: named } = configuration.serverMetadata();
  if (new URL(named).href !== issuer) throw new UpstreamFailure("its discovery document names another issuer");
  return configuration;
}

/** RFC 8414 2: client_secret_basic, unless the provider says that it takes others only. */
function authentication(clientSecret: string): client.ClientAuth {
  const basic = client.ClientSecretBasic(clientSecret);
  const post = client.ClientSecretPost(clientSecret);
  return (server, ...request) => {
    const { token_endpoint_auth_methods_supported: methods = ["client_secret_basic"] } = server;
    return (methods.includes("client_secret_basic") ? basic : post)(server, ...request);
  };
}
