import { z } from "zod";
import { parseEnv } from "./parse-env.ts";
import { httpUrl, isLoopbackName, metricsPort, originList, port, secret, text, wholeNumber } from "./values.ts";

const routing = () => z.enum(["subdomain", "path"], { error: "subdomain or path" }).default("subdomain");

/** What `just render` needs of it. @throws ConfigError */
export function parseRouting(env: NodeJS.ProcessEnv): "subdomain" | "path" {
  return parseEnv(z.object({ ROUTING: routing() }), env).ROUTING;
}

/** Whether REDIS_URL leaves the stack with the Redis that it runs itself, which compose calls redis. */
export function isOwnRedis(url: string | undefined): boolean {
  return !url || (URL.canParse(url) && new URL(url).hostname === "redis");
}

/** A Redis that auth can reach from its container. */
function stackRedis() {
  return secret()
    .refine((url) => /^rediss?:\/\/[^/]/.test(url) && URL.canParse(url), {
      error: "a redis:// or rediss:// URL",
      abort: true,
    })
    .refine((url) => !isContainerItself(new URL(url).hostname), {
      error:
        "a host that a container reaches: its loopback is not this machine's. Without REDIS_URL the stack runs a Redis",
      abort: true,
    })
    .refine((url) => !isOwnRedis(url) || /^redis:\/\/redis(:6379)?(\/\d*)?$/.test(url), {
      error: "redis://redis:6379 for the stack's own Redis, its password in REDIS_PASSWORD; or another host",
    });
}

/** Whether a host means, in a container, that container itself. */
function isContainerItself(hostname: string): boolean {
  return isLoopbackName(hostname) || /^(127\.|0\.0\.0\.0$|\[::\]$)/.test(hostname);
}

/** Where proxies and auth serve clients in their containers: no port of metrics. */
const servingPorts = [3_000, 8_000];

/** The environment of the Docker mode (`just up --docker`), beside what auth and the proxies get: AuthEnv, ProxyEnv. */
export const DeploymentEnv = z
  .object({
    BASE_DOMAIN: text()
      .regex(/^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/, {
        error: "a domain name in lower case, such as mcp.example.com",
      })
      .describe("Domain below which everything answers"),
    ROUTING: routing().describe(
      "subdomain: auth.BASE_DOMAIN and NAME.BASE_DOMAIN/mcp; path: BASE_DOMAIN and BASE_DOMAIN/NAME/mcp",
    ),
    TLS: z
      .enum(["acme", "local-ca", "off"], { error: "acme, local-ca or off" })
      .default("acme")
      .describe("Certificates: of Let's Encrypt, of an authority of your own, or none behind a balancer that ends TLS"),
    ACME_EMAIL: text()
      .optional()
      .describe(
        "Address of the account at Let's Encrypt; without one Traefik makes a new account when it needs a certificate after a start",
      ),
    ACME_CA_SERVER: httpUrl()
      .startsWith("https://", { error: "an https:// URL (RFC 8555 6.1)" })
      .default("https://acme-v02.api.letsencrypt.org/directory")
      .describe("Directory of the authority (RFC 8555), where it is not Let's Encrypt or is its staging one"),
    ACME_CA_FILE: text()
      .optional()
      .describe("Certificate, in PEM, that the authority's own is signed with, where no system knows that"),
    ACME_DNS_PROVIDER: text()
      .optional()
      .describe("For certificates by DNS instead of port 80: Traefik's name of the provider"),
    ACME_DNS_ENV_FILE: text()
      .optional()
      .describe("Then needed: a file with what that provider wants, as KEY=value lines"),
    TRUSTED_PROXIES: text().optional().describe("With TLS=off: addresses of the balancer, such as 10.0.0.0/8"),
    GATEWAY_HTTP_PORT: port().default(80).describe("Port of this machine for http"),
    GATEWAY_HTTPS_PORT: port().default(443).describe("Port of this machine for https; clients see it unless it is 443"),
    GATEWAY_BIND: text().default("0.0.0.0").describe("Address of this machine that both ports are opened on"),
    REDIS_URL: stackRedis().optional().describe("Redis elsewhere in place of the stack's own, redis://redis:6379"),
    REDIS_PASSWORD: secret()
      .optional()
      .describe("Password of the Redis; default for the stack's own: one is made and kept in the data folder"),
    MCP_CORS_ORIGINS: originList().optional().describe("Browser origins that may call servers; default: none"),
    RATE_LIMIT_AVERAGE: wholeNumber({ min: 1, max: 1_000_000 })
      .default(100)
      .describe("Requests a second from one address; beyond it 429"),
    RATE_LIMIT_BURST: wholeNumber({ min: 1, max: 1_000_000 })
      .default(200)
      .describe("Requests at once from one address"),
    SERVER_MEMORY: text().default("2g").describe("Memory of a server's container where gateway.json sets no limit"),
    SERVER_PIDS: wholeNumber({ min: 1, max: 1_000_000 })
      .default(1_024)
      .describe("Processes of a server's container where gateway.json sets no limit"),
    METRICS_PORT: metricsPort()
      .refine((value) => !servingPorts.includes(value), {
        error: `another port than ${servingPorts.join(" and ")}, such as 9464: there containers serve clients`,
      })
      .optional()
      .describe("Port in the containers of auth and of proxies for GET /metrics; none by default, and never published"),
    DOCKER_SOCKET: text().default("/var/run/docker.sock").describe("The Docker engine's socket, for Traefik"),
    COMPOSE_PROJECT_NAME: text()
      .regex(/^[a-z\d][a-z\d_-]*$/, { error: "lower case letters, digits, - and _" })
      .default("mcp-oauth-gateway")
      .describe("Name of the stack; two on one engine need two"),
    NODE_IMAGE: text().default("node:24-bookworm-slim").describe("Image that ours are built from"),
    TRAEFIK_IMAGE: text().default("traefik:v3.6.12").describe("Image of Traefik"),
    REDIS_IMAGE: text().default("redis:7").describe("Image of Redis"),
    AUTH_IMAGE: text().optional().describe("Image of auth; default: built here, as are the next six"),
    PROXY_NODE_IMAGE: text().optional().describe("Image of proxies and servers that are started by npx or node"),
    PROXY_PYTHON_IMAGE: text().optional().describe("Image of those that are started by uvx or python"),
    PROXY_BUNDLE_IMAGE: text().optional().describe("Image of the proxy that is put into the images of servers"),
    DOCKER_SOCKET_IMAGE: text().optional().describe("Image of what stands between Traefik and the engine"),
    MCP_ECHO_IMAGE: text().optional().describe("Image of mcp-echo, where a server runs it"),
    MCP_FETCHS_IMAGE: text().optional().describe("Image of mcp-fetchs, where a server runs it"),
  })
  .superRefine((env, context) => {
    const both = ["ACME_DNS_PROVIDER", "ACME_DNS_ENV_FILE"] as const;
    const missing = both.filter((name) => env[name] === undefined);
    // With one of them alone the certificates would come over port 80, which whoever set it cannot mean.
    if (missing.length !== 1) return;
    const message = `needed beside ${both.find((name) => env[name] !== undefined)}: certificates by DNS want both`;
    for (const name of missing) context.addIssue({ code: "custom", path: [name], message });
  });
export type DeploymentEnv = z.infer<typeof DeploymentEnv>;
