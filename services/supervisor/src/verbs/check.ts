import { dirname } from "node:path";
import { AuthEnv, ConfigError, DeploymentEnv, type GatewayConfig, parseEnv } from "@gateway/config";
import { CommandNotFound } from "@gateway/subprocess";
import { type Command, parseFlags, print } from "../command.ts";
import { readDeployedServers } from "../docker/deployment.ts";
import { missingForDeployment, sampleProblems } from "../domain/deployment.ts";
import { authEnvironment } from "../domain/service-environment.ts";
import { findProgram } from "../find-program.ts";
import { startedBy } from "../processes.ts";
import { readServers, readSettings, type Settings } from "../settings.ts";
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
    const config = settings.environment.BASE_DOMAIN ? await checkStack(settings) : await checkLocal(settings);
    print(context, config.warnings);
    print(context, [`${settings.configFile}: ${config.servers.length} servers, no mistakes.`]);
    return 0;
  },
};

/** Programs are in the containers. */
function checkStack(settings: Settings): Promise<GatewayConfig> {
  parseEnv(DeploymentEnv, settings.environment);
  return readDeployedServers(settings);
}

async function checkLocal(settings: Settings): Promise<GatewayConfig> {
  const config = await readServers(settings);
  return { ...config, warnings: [...config.warnings, ...missingPrograms(config, settings)] };
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

/** A missing program is no mistake: the other servers run without it. */
export function missingPrograms({ servers, file }: GatewayConfig, { environment }: Settings): string[] {
  return servers
    .filter(({ enabled }) => enabled)
    .flatMap((server) => {
      const started = server.kind === "stdio" ? server : server.run;
      if (started === undefined) return [];
      const [program] = startedBy(started.command);
      const found = findProgram(program, environment.PATH ?? "", started.cwd ?? dirname(file));
      return found === undefined ? [`${server.name} will not start: ${new CommandNotFound(program).hint}`] : [];
    });
}
