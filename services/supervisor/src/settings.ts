import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv as parseDotEnv } from "node:util";
import {
  ConfigError,
  type GatewayConfig,
  type Problem,
  parseEnv,
  readGatewayConfig,
  type ServerDefinition,
  SupervisorEnv,
} from "@gateway/config";
import { reservedNames } from "@gateway/registry";
import { siteOf } from "./domain/deployment.ts";
import type { Environment } from "./domain/service-environment.ts";

/** What a person has set for the local mode, from the environment and `.env`. */
export interface Settings {
  readonly port: number;
  /** The issuer and the address of everything, without a slash at the end. */
  readonly url: string;
  readonly configFile: string;
  readonly dataDir: string;
  /** Traefik as set: a path, `off`, or nothing. */
  readonly traefikBin: string | undefined;
  /** Seconds. */
  readonly startupTimeout: number;
  readonly corsOrigins: readonly string[];
  readonly localLogin: boolean;
  /** What backups are encrypted with. */
  readonly backupPassphrase: string | undefined;
  /** All variables, to hand on those that a service may have. */
  readonly environment: Environment;
}

/**
 * Reads `.env` of a folder and the process's environment, which wins.
 * @throws {ConfigError} with every problem
 */
export function readSettings(processEnv: NodeJS.ProcessEnv, folder: string): Settings {
  const environment = { ...parseDotEnv(readDotEnv(folder)), ...processEnv } as Record<string, string>;
  const env = parseEnv(SupervisorEnv, environment);
  return {
    port: env.GATEWAY_PORT,
    url: `http://localhost${env.GATEWAY_PORT === 80 ? "" : `:${env.GATEWAY_PORT}`}`,
    configFile: resolve(folder, env.GATEWAY_CONFIG),
    dataDir: resolve(folder, env.GATEWAY_DATA_DIR ?? defaultDataDir(environment)),
    traefikBin: env.TRAEFIK_BIN,
    startupTimeout: env.MCP_STARTUP_TIMEOUT,
    corsOrigins: env.MCP_CORS_ORIGINS ?? ["loopback"],
    localLogin: env.GITHUB_CLIENT_ID === undefined && env.OIDC_ISSUER === undefined,
    backupPassphrase: env.GATEWAY_BACKUP_PASSPHRASE,
    environment,
  };
}

/** The text of a folder's `.env`; empty when there is none. @throws {ConfigError} when it cannot be read */
export function readDotEnv(folder: string): string {
  const file = join(folder, ".env");
  try {
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(file, [
      { at: "the file", found: `none that can be read (${code})`, allowed: "a file of yours" },
    ]);
  }
}

/** XDG Base Directory Specification: user data. */
function defaultDataDir(environment: Environment): string {
  const home = environment.XDG_DATA_HOME || join(environment.HOME || homedir(), ".local/share");
  return join(home, "mcp-oauth-gateway");
}

/** The servers that gateway.json declares, as local mode takes them. @throws {ConfigError} with every mistake */
export async function readServers({ configFile, environment }: Settings): Promise<GatewayConfig> {
  const config = await readGatewayConfig(configFile, { env: environment, reservedNames });
  return {
    ...config,
    warnings: [...config.warnings, ...config.servers.flatMap(warningsOf), ...portWarnings(environment)],
  };
}

/** The same for starting them on this machine, where nothing runs an image. @throws {ConfigError} with every mistake */
export async function readServersToRun(settings: Settings): Promise<GatewayConfig> {
  const config = await readServers(settings);
  const problems = config.servers.flatMap((server): Problem[] => {
    const isImageAlone = server.kind === "http" && server.container !== undefined && server.run === undefined;
    return server.enabled && isImageAlone ? [imageAlone(server.name)] : [];
  });
  if (problems.length > 0) throw new ConfigError(config.file, problems);
  return config;
}

function imageAlone(name: string): Problem {
  const allowed = "a command beside it; or the Docker stack: BASE_DOMAIN in .env, then just up";
  return { at: `${name}.gateway.image`, found: "an image alone, which only Docker can run", allowed };
}

/** Declared servers, each with the address that its clients are given. */
export function endpointsOf({ servers }: Pick<GatewayConfig, "servers">, { environment, url }: Settings) {
  const site = siteOf(environment, url);
  return servers.map((server) => ({
    name: server.name,
    enabled: server.enabled,
    endpoint: site.addressesOf(server)[0].url,
  }));
}

/** One number is no port of several processes. */
function portWarnings({ METRICS_PORT }: Environment): string[] {
  if (!METRICS_PORT) return [];
  return ["METRICS_PORT is for Docker; here each process has its metrics on its operator socket: docs/operations.md"];
}

/** What a server says that only the Docker stack does. */
function warningsOf(server: ServerDefinition): string[] {
  const { name } = server;
  const hasImage = server.kind === "stdio" ? server.image !== undefined : server.container?.command !== undefined;
  const isReplicated = server.kind === "stdio" && server.replicas !== undefined;
  return [
    ...(hasImage ? [`${name}: gateway.image is for Docker; here its command runs on this machine`] : []),
    ...(isReplicated ? [`${name}: gateway.replicas is for Docker; here one proxy serves all its users`] : []),
  ];
}
