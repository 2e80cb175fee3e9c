import { existsSync } from "node:fs";
import { AuthEnv, type GatewayConfig, parseEnv } from "@gateway/config";
import { renderCompose } from "@gateway/registry";
import { checkProxySettings } from "../check-proxy-settings.ts";
import { checkSignIn } from "../check-sign-in.ts";
import { type CommandContext, CommandFailed } from "../command.ts";
import { type Deployment, readDeployedServers, readDeployment } from "./deployment.ts";
import { checkEngine, type Docker, dockerOf } from "./docker.ts";
import { writeRunFiles } from "./run-files.ts";
import { writeServersFile } from "./servers-file.ts";
import { composeVariables } from "./variables.ts";

/** The Docker stack, its files written, its containers as they are. */
export interface Stack {
  readonly deployment: Deployment;
  readonly config: GatewayConfig;
  readonly docker: Docker;
}

/**
 * Reads settings and servers, renders compose's file and writes what containers read: after this every command of compose works.
 * @throws {ConfigError} with every mistake
 * @throws {CommandFailed} when there is no Docker engine
 */
export async function openStack(context: CommandContext): Promise<Stack> {
  const deployment = readDeployment(context);
  const config = await readDeployedServers(deployment.settings);
  checkAuthVariables(deployment);
  checkSignIn(deployment.settings, config);
  checkProxySettings(deployment.settings, config);
  checkAcmeFiles(deployment);
  await checkEngine(dockerOf(deployment, {}));
  writeServersFile(deployment.serversFile, renderCompose(config, deployment.site));
  const changes = writeRunFiles(deployment, config);
  return { deployment, config, docker: dockerOf(deployment, { ...composeVariables(deployment, config), ...changes }) };
}

/** Refuses files that are not there: of one that compose mounts it would make an empty folder. */
function checkAcmeFiles({ env }: Deployment): void {
  for (const name of ["ACME_CA_FILE", "ACME_DNS_ENV_FILE"] as const) {
    const file = env[name];
    if (file !== undefined && !existsSync(file)) throw new CommandFailed(`${name}: there is no file ${file}`);
  }
}

/** Refuses settings that auth would refuse, before anything is started. */
function checkAuthVariables({ settings, issuer }: Deployment): void {
  const own = { ISSUER: issuer, RESOURCES_FILE: "resources.json", DATA_DIR: "/data", HOST: "0.0.0.0", PORT: "8000" };
  // Without REDIS_URL, which the stack has checked itself: the secret that auth then needs is made where none is set.
  parseEnv(AuthEnv, { ...settings.environment, ...own, LOCAL_LOGIN: "0", REDIS_URL: "" });
}
