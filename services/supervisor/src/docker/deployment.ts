import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  DeploymentEnv,
  type GatewayConfig,
  isOwnRedis,
  parseEnv,
  parseRouting,
  readGatewayConfig,
} from "@gateway/config";
import { issuerOf, type PublicSite, type Routing, reservedNames } from "@gateway/registry";
import type { CommandContext } from "../command.ts";
import { publicSiteOf } from "../domain/deployment.ts";
import { readSettings, type Settings } from "../settings.ts";

/** The Docker stack that a person's settings mean. */
export interface Deployment {
  readonly settings: Settings;
  readonly env: DeploymentEnv;
  readonly site: PublicSite;
  readonly issuer: string;
  /** Where the stack's secrets and what else its containers read is written. */
  readonly runDir: string;
  /** compose/servers.yml beside gateway.json: rendered, and committed by whoever keeps their gateway.json in git. */
  readonly serversFile: string;
  /** All of compose's files, in order. */
  readonly files: readonly string[];
}

/** Reads what the Docker mode needs. @throws {ConfigError} with every problem */
export function readDeployment({ env: processEnv, folder }: Pick<CommandContext, "env" | "folder">): Deployment {
  const settings = readSettings(processEnv, folder);
  const env = withPaths(parseEnv(DeploymentEnv, settings.environment), folder);
  const site = publicSiteOf(env);
  const serversFile = serversFileOf(settings);
  return {
    settings,
    env,
    site,
    issuer: issuerOf(site),
    runDir: runDirOf(settings.dataDir),
    serversFile,
    files: [...handWritten(env).map(inRepository), serversFile],
  };
}

/** Where what the stack's containers read is, in a data folder. */
export function runDirOf(dataDir: string): string {
  return resolve(dataDir, "docker");
}

/** How servers are told apart. @throws {ConfigError} */
export function routingOf({ environment }: Settings): Routing {
  return parseRouting(environment);
}

/** Where `just render` writes what compose runs. */
export function serversFileOf({ configFile }: Settings): string {
  return join(dirname(configFile), "compose/servers.yml");
}

/** Names of containers, networks and hosts of the gateway itself, beside those that no server may have in any mode. */
const ownNames = [
  ...[
    "traefik",
    "redis",
    "docker-socket",
    "proxy-node",
    "proxy-python",
    "proxy-bundle",
    "image-mcp-echo",
    "image-mcp-fetchs",
  ],
  ...["front", "engine", "store"],
  ...["gateway", "localhost"],
];

/** Names that no server may have there. */
export const namesTakenInDocker: ReadonlySet<string> = new Set([...reservedNames, ...ownNames]);

/** The servers that gateway.json declares, as the Docker mode takes them. @throws {ConfigError} with every mistake */
export function readDeployedServers({ configFile, environment }: Settings): Promise<GatewayConfig> {
  return readGatewayConfig(configFile, { env: environment, reservedNames: namesTakenInDocker });
}

/** Files are named from the folder of `.env`; compose would look for them beside its own. */
function withPaths(env: DeploymentEnv, folder: string): DeploymentEnv {
  const absolute = (file: string | undefined) => (file === undefined ? undefined : resolve(folder, file));
  return { ...env, ACME_CA_FILE: absolute(env.ACME_CA_FILE), ACME_DNS_ENV_FILE: absolute(env.ACME_DNS_ENV_FILE) };
}

function handWritten(env: DeploymentEnv): string[] {
  return ["gateway.yml", ...(isOwnRedis(env.REDIS_URL) ? ["store.yml"] : []), ...entryFiles(env)];
}

function entryFiles({ TLS, ACME_CA_FILE, ACME_DNS_ENV_FILE }: DeploymentEnv): string[] {
  if (TLS === "off") return ["http.yml"];
  if (TLS === "local-ca") return ["https.yml"];
  return [
    ...["https.yml", "acme.yml"],
    ACME_DNS_ENV_FILE === undefined ? "acme-http.yml" : "acme-dns.yml",
    ...(ACME_CA_FILE === undefined ? [] : ["acme-ca.yml"]),
  ];
}

// From src/docker/ and from dist/docker/ the way to the repository's root is the same.
function inRepository(file: string): string {
  return fileURLToPath(new URL(`../../../../compose/${file}`, import.meta.url));
}
