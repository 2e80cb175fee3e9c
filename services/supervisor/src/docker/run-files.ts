import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fillPlaceholders, type GatewayConfig, isOwnRedis, type ServerDefinition } from "@gateway/config";
import {
  changeVariable,
  deployedResourceServersOf,
  inContainer,
  privateFilesOf,
  publicAddressesOf,
  renderAuthTransports,
  renderExternalRoutes,
  renderScraperNetworks,
  renderScrapeTargets,
  renderTls,
} from "@gateway/registry";
import { CommandFailed } from "../command.ts";
import { openDataDir, writeWhole } from "../data-dir.ts";
import { type Deployment, runDirOf } from "./deployment.ts";

/** Names of variables that stand for "changed since", and the time of the last change. */
type Changes = Readonly<Record<string, string>>;

/**
 * Writes what the containers read into the run folder: secrets, what auth knows of the servers, Traefik's files, and each server's
 * own. Files that are as they should be stay as they are, so that only what changed restarts.
 * @throws {CommandFailed} when a value cannot be given to a container
 */
export function writeRunFiles(deployment: Deployment, config: GatewayConfig): Changes {
  openDataDir(deployment.settings.dataDir);
  const room = (name: string) => join(deployment.runDir, name);
  const secrets = writeSecrets(room("secrets"), deployment);
  const resources = JSON.stringify(deployedResourceServersOf(config, deployment.site), undefined, 2);
  const ofAuth = [...secrets.all, writeShared(join(room("auth"), "resources.json"), resources)];
  writeTraefikFiles(room("traefik"), deployment, config);
  writeScraperFiles(room("metrics"), deployment, config);
  return {
    GATEWAY_FILES_OF_REDIS: secrets.redis,
    GATEWAY_FILES_OF_AUTH: newest(ofAuth),
    ...writeServerFiles(room("servers"), config),
  };
}

/** What auth reads as secrets, by the names of its variables; one that is not set is an empty file. */
const optionalSecrets = ["GITHUB_CLIENT_SECRET", "GITHUB_PAT", "OIDC_CLIENT_SECRET", "JWT_PRIVATE_KEY_B64"];
/** The stack's own Redis, by its name on the network that it shares with auth. */
const ownRedis = "redis://redis:6379";

function writeSecrets(folder: string, { settings: { environment }, env }: Deployment) {
  const write = (name: string, otherwise: (file: string) => string) => {
    const file = join(folder, name.toLowerCase());
    return writeShared(file, environment[name] || otherwise(file));
  };
  const none = () => "";
  // Nobody but its operator knows the password of another Redis, or that it has none.
  const redis = write("REDIS_PASSWORD", isOwnRedis(env.REDIS_URL) ? kept : none);
  const others = [
    write("GATEWAY_JWT_SECRET", kept),
    write("REDIS_URL", () => ownRedis),
    ...optionalSecrets.map((name) => write(name, none)),
  ];
  return { redis, all: [redis, ...others] };
}

/** A secret that the stack cannot do without, made once. */
function kept(file: string): string {
  return (existsSync(file) && readFileSync(file, "utf8")) || randomBytes(32).toString("base64url");
}

/** A secret by its variable's name that a stack of this data folder has; undefined: none. */
export function madeSecret(dataDir: string, name: string): string | undefined {
  const file = join(runDirOf(dataDir), "secrets", name.toLowerCase());
  return existsSync(file) ? readFileSync(file, "utf8") || undefined : undefined;
}

function writeTraefikFiles(folder: string, deployment: Deployment, config: GatewayConfig): void {
  // A file of its own: what is wrong with a server's headers must not take the way to auth away.
  writeShared(join(folder, "auth.yml"), renderAuthTransports());
  writeShared(join(folder, "servers.yml"), renderExternalRoutes(config, deployment.site));
  if (deployment.env.TLS === "local-ca") writeCertificate(folder, deployment, config);
  writeShared(join(folder, "tls.yml"), renderTls(deployment.env.TLS === "local-ca" ? certificateFiles : undefined));
}

/** What a person's own scraper needs to get to metrics, and which those are (docs/operations.md). */
function writeScraperFiles(folder: string, { env }: Deployment, config: GatewayConfig): void {
  const { METRICS_PORT: port, COMPOSE_PROJECT_NAME: project } = env;
  // Not the folder: a scraper has it mounted.
  if (port === undefined)
    return void ["networks.yml", "targets.json"].map((name) => rmSync(join(folder, name), { force: true }));
  writeShared(join(folder, "networks.yml"), renderScraperNetworks(config, project));
  writeShared(join(folder, "targets.json"), renderScrapeTargets(config, port));
}

/** The certificate that every name is answered with, where Traefik sees it. */
const certificateFiles = { certFile: "/etc/traefik/dynamic/cert.pem", keyFile: "/etc/traefik/dynamic/key.pem" };

function writeCertificate(folder: string, deployment: Deployment, { servers }: GatewayConfig): void {
  const own = join(deployment.runDir, "tls");
  const { BASE_DOMAIN: domain } = deployment.env;
  const hosts = servers.flatMap((server) => publicAddressesOf(server, deployment.site).map(({ host }) => host));
  const elsewhere = hosts.filter((host) => host !== domain && host.split(".").slice(1).join(".") !== domain);
  execFileSync(localCa, [own, domain, ...elsewhere], { stdio: ["ignore", "ignore", "inherit"] });
  // The authority's key stays where no container sees it.
  for (const file of ["cert.pem", "key.pem"]) writeShared(join(folder, file), readFileSync(join(own, file), "utf8"));
}

const localCa = fileURLToPath(new URL("../../../../scripts/local-ca.sh", import.meta.url));

function writeServerFiles(folder: string, { servers }: GatewayConfig): Changes {
  const run = servers.filter(({ enabled }) => enabled).map((server) => fillPlaceholders(server, inContainer));
  const written = run.flatMap((server) => {
    const files = Object.entries(filesOf(server));
    const times = files.map(([name, text]) => writeShared(join(folder, server.name, name), text));
    return times.length === 0 ? [] : [[server.name, newest(times)] as const];
  });
  const names = new Set(written.map(([name]) => name));
  const left = existsSync(folder) ? readdirSync(folder).filter((name) => !names.has(name)) : [];
  for (const name of left) rmSync(join(folder, name), { recursive: true });
  return Object.fromEntries(written.map(([name, time]) => [changeVariable(name), time]));
}

function filesOf(server: ServerDefinition): Record<string, string> {
  if (server.kind === "stdio") return { ...privateFilesOf(server) };
  const program = server.container ?? server.run;
  if (program === undefined) return {};
  const { env, usesVariables } = program;
  if (usesVariables)
    throw new CommandFailed(
      `${server.name}: in Docker mode the arguments of a server with command and url cannot hold \${env:X}; put it into its env.`,
    );
  const broken = Object.keys(env).find((name) => env[name]?.includes("\n"));
  if (broken !== undefined)
    throw new CommandFailed(`${server.name}: in Docker mode ${broken} of its env cannot have more than one line.`);
  return {
    environment: Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  };
}

/**
 * Writes a file for a container's user to read, unless it says that already; gives the time it was written, in milliseconds, which
 * is later after each change. Other users of this machine do not get past the data folder, which is its owner's alone.
 */
function writeShared(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  const before = existsSync(file) ? timeOf(file) : 0;
  if (before === 0 || readFileSync(file, "utf8") !== text) {
    writeWhole(file, text, 0o644);
    // Two changes within one tick of the file system's clock.
    if (timeOf(file) <= before) utimesSync(file, new Date(), new Date(before + 1));
  }
  return String(timeOf(file));
}

function timeOf(file: string): number {
  return Math.round(statSync(file).mtimeMs);
}

function newest(times: readonly string[]): string {
  return String(Math.max(...times.map(Number)));
}
