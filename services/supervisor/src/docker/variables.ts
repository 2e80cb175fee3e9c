import { statSync } from "node:fs";
import type { GatewayConfig } from "@gateway/config";
import { headerVariables, originSettings } from "@gateway/registry";
import type { Deployment } from "./deployment.ts";

/** What compose fills into its files, beside the person's own settings. */
export function composeVariables(deployment: Deployment, config: GatewayConfig): Record<string, string> {
  const { env, site, issuer, runDir } = deployment;
  const origins = originSettings(env.MCP_CORS_ORIGINS ?? []);
  const headers = config.servers.flatMap((server) => (server.kind === "http" ? [headerVariables(server)] : []));
  return {
    ...pinned(env),
    ...acmeFiles(env),
    GATEWAY_ISSUER: issuer,
    GATEWAY_PUBLIC_PORT: site.portSuffix,
    GATEWAY_RUN_DIR: runDir,
    ...behindBalancer(env.TLS === "off" && env.TRUSTED_PROXIES !== undefined),
    GATEWAY_CORS_ORIGINS: (origins.accessControlAllowOriginList ?? []).join(","),
    GATEWAY_CORS_PATTERNS: (origins.accessControlAllowOriginListRegex ?? []).join(","),
    DOCKER_SOCKET_GID: groupOf(env.DOCKER_SOCKET),
    ...Object.assign({}, ...headers),
  };
}

/** Defaults stand in one place, the schema, also where the hand-written files repeat them for those who run compose by hand. */
function pinned(env: Deployment["env"]): Record<string, string> {
  const { COMPOSE_PROJECT_NAME, NODE_IMAGE, TRAEFIK_IMAGE, REDIS_IMAGE, SERVER_MEMORY } = env;
  return { COMPOSE_PROJECT_NAME, NODE_IMAGE, TRAEFIK_IMAGE, REDIS_IMAGE, SERVER_MEMORY };
}

/** How Traefik and auth tell clients apart: by who calls Traefik, or by whom the balancer says that it was called. */
function behindBalancer(isBehind: boolean): Record<string, string> {
  return { GATEWAY_RATE_LIMIT_DEPTH: isBehind ? "1" : "0", GATEWAY_PROXY_HOPS: isBehind ? "2" : "1" };
}

/** By their whole paths. */
function acmeFiles({ ACME_CA_FILE = "", ACME_DNS_ENV_FILE = "" }: Deployment["env"]): Record<string, string> {
  return { ACME_CA_FILE, ACME_DNS_ENV_FILE };
}

/** The group that may use the engine's socket: what stands between it and Traefik is not root. */
function groupOf(socket: string): string {
  try {
    return String(statSync(socket).gid);
  } catch {
    return "0"; // not on this machine: docker says so itself
  }
}
