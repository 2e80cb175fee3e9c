import { isSampleValue, type Problem, type ServerDefinition } from "@gateway/config";
import { addressesOf, issuerOf, type PublicSite, publicAddressesOf, type ServerAddress } from "@gateway/registry";
import type { Environment } from "./service-environment.ts";

/** What a person has to give a gateway that others reach, and how to get it. */
const needed: Readonly<Record<string, string>> = {
  BASE_DOMAIN: "the domain below which the gateway answers, such as gateway.mydomain.dev",
  GITHUB_CLIENT_ID: "the client id of a GitHub OAuth app",
  GITHUB_CLIENT_SECRET: "the client secret of that app",
  ALLOWED_GITHUB_USERS: "logins or numeric ids separated by commas; * is everyone, empty nobody",
};
const neededOfProvider = {
  OIDC_CLIENT_ID: "the client id that the OpenID provider gave this gateway",
  OIDC_CLIENT_SECRET: "the client secret that it gave this gateway",
  ALLOWED_OIDC_USERS: "subs or verified email addresses separated by commas; * is everyone, empty nobody",
};

/** Variables that hold no sample once somebody has set them up. */
const personal = [
  ...[...Object.keys(needed), "OIDC_ISSUER", ...Object.keys(neededOfProvider)],
  ...["ACME_EMAIL", "GATEWAY_JWT_SECRET", "REDIS_PASSWORD", "JWT_PRIVATE_KEY_B64", "GATEWAY_BACKUP_PASSPHRASE"],
  "GITHUB_PAT",
];

/** Variables that still hold what an example has in them. Their values are not shown: some are secrets. */
export function sampleProblems(environment: Environment): readonly Problem[] {
  return personal
    .filter((name) => isSampleValue(environment[name] ?? ""))
    .map((name) => ({ at: name, found: "a sample value", allowed: needed[name] ?? "a value of your own, or none" }));
}

/** What a gateway with a domain needs and is not set; nothing in local mode. */
export function missingForDeployment(environment: Environment): readonly Problem[] {
  if (!environment.BASE_DOMAIN) return [];
  const { OIDC_ISSUER: hasProvider, GITHUB_CLIENT_ID: hasApp } = environment;
  // Whoever signs in at an OpenID provider needs no GitHub app.
  const wanted = { ...(hasProvider && !hasApp ? {} : needed), ...(hasProvider ? neededOfProvider : {}) };
  return Object.entries(wanted).flatMap(([at, allowed]) => (environment[at] ? [] : [{ at, allowed }]));
}

/** Where the gateway of these settings answers. */
export interface Site {
  /** Without a slash at the end. */
  readonly issuer: string;
  /** The addresses of a server, the canonical one first. */
  readonly addressesOf: (server: ServerDefinition) => readonly [ServerAddress, ...ServerAddress[]];
}

/** The deployed gateway below BASE_DOMAIN, or else the one of this machine. */
export function siteOf(environment: Environment, localUrl: string): Site {
  if (environment.BASE_DOMAIN) {
    const site = publicSiteOf({ ...environment, BASE_DOMAIN: environment.BASE_DOMAIN });
    return { issuer: issuerOf(site), addressesOf: (server) => publicAddressesOf(server, site) };
  }
  const local = (server: ServerDefinition) => addressesOf(server, localUrl);
  return {
    issuer: localUrl,
    addressesOf: (server) => [local(server).path, ...local(server).hosts],
  };
}

/** The public name of the deployed gateway, from settings that need not be complete. */
export function publicSiteOf(settings: {
  readonly BASE_DOMAIN: string;
  readonly ROUTING?: string;
  readonly TLS?: string;
  readonly GATEWAY_HTTPS_PORT?: string | number;
}): PublicSite {
  const { BASE_DOMAIN: baseDomain, ROUTING, TLS, GATEWAY_HTTPS_PORT: port = "" } = settings;
  // Behind a balancer that ends TLS its port is what clients see.
  const isUsual = TLS === "off" || ["", "443"].includes(String(port));
  return { baseDomain, routing: ROUTING === "path" ? "path" : "subdomain", portSuffix: isUsual ? "" : `:${port}` };
}

/** Where a provider sends people back to: what the app or client there must have as its callback URL, exactly. */
export function callbackUrl(
  environment: Environment,
  localUrl: string,
  provider: "github" | "oidc" = "github",
): string {
  const path = { github: "/callback", oidc: "/callback/oidc" }[provider];
  return `${siteOf(environment, localUrl).issuer}${path}`;
}
