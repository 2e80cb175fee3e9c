import { dirname } from "node:path";
import {
  AuthEnv,
  ConfigError,
  DeploymentEnv,
  type GatewayConfig,
  parseEnv,
  type ServerDefinition,
} from "@gateway/config";
import { catalogue } from "@gateway/registry";
import { CommandNotFound, findProgram } from "@gateway/subprocess";
import { checkProxySettings } from "../check-proxy-settings.ts";
import { checkSignIn } from "../check-sign-in.ts";
import { type Command, parseFlags, print } from "../command.ts";
import { readDeployedServers } from "../docker/deployment.ts";
import { missingForDeployment, sampleProblems } from "../domain/deployment.ts";
import { authEnvironment } from "../domain/service-environment.ts";
import { signInWarnings } from "../domain/sign-in.ts";
import { startedBy } from "../processes.ts";
import { readServersToRun, readSettings, type Settings } from "../settings.ts";
import { traefikProgram } from "../traefik-program.ts";

export const check: Command = {
  usage: "check",
  help: "Checks gateway.json and the environment, and whether the servers' commands can be found. Starts nothing.",
  async run(args, context) {
    parseFlags(args, []);
    const settings = readSettings(context.env, context.folder);
    const problems = [...sampleProblems(settings.environment), ...missingForDeployment(settings.environment)];
    if (problems.length > 0) throw new ConfigError("environment", problems);
    checkAuthSettings(settings);
    traefikProgram(settings, context.folder);
    checkStackSettings(settings);
    const config = await readDeclared(settings);
    checkSignIn(settings, config);
    checkProxySettings(settings, config);
    const warnings = [...config.warnings, ...signInWarnings(settings.environment, config.gateway)];
    print(context, [...warnings, ...missingPrograms(config, settings)]);
    print(context, [`${settings.configFile}: ${config.servers.length} servers, no mistakes.`]);
    return 0;
  },
};

/** Refuses settings that the Docker stack would refuse, where there is to be one. @throws {ConfigError} */
export function checkStackSettings({ environment }: Settings): void {
  if (environment.BASE_DOMAIN) parseEnv(DeploymentEnv, environment);
}

/** gateway.json as it is taken where these settings say that the servers run. @throws {ConfigError} */
export function readDeclared(settings: Settings): Promise<GatewayConfig> {
  return settings.environment.BASE_DOMAIN ? readDeployedServers(settings) : readServersToRun(settings);
}

/** Refuses settings that auth would refuse, before anything is started. @throws {ConfigError} */
export function checkAuthSettings({ environment, url, corsOrigins }: Settings): void {
  const own = {
    port: 1,
    issuer: url,
    resourcesFile: "resources.json",
    dataDir: "auth",
    operatorSocket: "operator.sock",
    corsOrigins,
  };
  parseEnv(AuthEnv, { ...authEnvironment(environment, own) });
}

/**
 * A missing program is no mistake: the other servers run without it. In Docker programs are in the containers, and it is known of
 * servers of the catalogue alone that the gateway's own images are not enough.
 */
export function missingPrograms({ servers, file }: GatewayConfig, { environment }: Settings): string[] {
  const enabled = servers.filter((server) => server.enabled);
  if (environment.BASE_DOMAIN) return enabled.flatMap(lackingInDocker);
  return enabled.flatMap((server) => {
    const started = server.kind === "stdio" ? server : server.run;
    if (started === undefined) return [];
    const [program] = startedBy(started.command);
    const found = findProgram(program, environment.PATH ?? "", started.cwd ?? dirname(file));
    return found === undefined ? [`${server.name} will not start: ${new CommandNotFound(program).hint}`] : [];
  });
}

function lackingInDocker(server: ServerDefinition): string[] {
  const known = catalogue.find(({ name }) => name === server.name);
  if (known?.lacking === undefined || server.kind !== "stdio" || server.image !== undefined) return [];
  if (server.command[0] !== known.entry.command) return []; // another one of that name
  return [
    `${server.name} will not work: the gateway's images have not ${known.lacking}. Name one that has: gateway.image (docs/gateway-json.md).`,
  ];
}
