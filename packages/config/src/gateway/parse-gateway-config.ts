import { ConfigError } from "../problem.ts";
import { checkGatewayFile } from "./check-file.ts";
import { toClients } from "./clients.ts";
import type { GatewayFile } from "./file-schema.ts";
import type { ClientDocumentRules, GatewayConfig, GatewaySettings } from "./gateway-config.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { checkHosts } from "./hosts.ts";
import { parseJsonText } from "./json-text.ts";
import { parseServerLimits } from "./limits.ts";
import { toRegistration } from "./registration.ts";
import { type Report, refuse } from "./report.ts";
import { toServer } from "./server.ts";
import { checkServerName } from "./server-name.ts";
import { parseSessionLimits } from "./session-limits.ts";

/**
 * Reads a gateway.json. Comments and a comma after the last item are fine.
 * @throws ConfigError with every mistake: the path in the file, what was found, what is allowed
 */
export function parseGatewayConfig(text: string, context: GatewayContext): GatewayConfig {
  const { config, report } = interpretGatewayFile(text, context);
  if (config === undefined || report.problems.length > 0) throw new ConfigError(context.file, report.problems);
  return config;
}

/**
 * As `parseGatewayConfig`, but hands over the problems. `config` is undefined where the shape is wrong.
 * @throws ConfigError when the text is no JSON, or a limit in the environment is wrong
 */
export function interpretGatewayFile(
  text: string,
  context: GatewayContext,
): { config?: GatewayConfig; report: Report } {
  const { value, problems } = parseJsonText(text, context.file);
  const report: Report = { problems: [...problems], warnings: [] };
  const checked = checkGatewayFile(value);
  if ("problems" in checked) {
    report.problems.push(...checked.problems);
    return { report };
  }
  return { config: toConfig(checked.file, context, report), report };
}

function toConfig(file: GatewayFile, context: GatewayContext, report: Report): GatewayConfig {
  const root = serversKey(file);
  if (file.mcpServers !== undefined && file.servers !== undefined) {
    refuse(report, ["servers"], "servers beside mcpServers", "one of the two");
  }
  if (file[root] === undefined) refuse(report, [root], undefined, "the servers: a name and a server each");
  const entries = Object.entries(file[root] ?? {});
  const names = entries.map(([name]) => name);
  const { env } = context;
  const general = { ...context, sessions: parseSessionLimits(env), limits: parseServerLimits(env) };
  const servers = entries.map(([name, entry]) => {
    checkServerName(name, [root, name], names, context.reservedNames, report);
    return toServer(name, entry, [root, name], general, report);
  });
  checkHosts(servers, [root], env, report);
  return {
    file: context.file,
    servers,
    gateway: toSettings(file.gateway ?? {}, context.env, report),
    warnings: report.warnings,
  };
}

function toSettings(
  written: NonNullable<GatewayFile["gateway"]>,
  env: NodeJS.ProcessEnv,
  report: Report,
): GatewaySettings {
  const {
    allow,
    login,
    strictResource = false,
    strictScope,
    refreshReuse,
    registration = true,
    redirectSchemes,
    cimd,
    clients,
  } = written;
  return {
    strictResource,
    ...(allow === undefined ? {} : { allow }),
    ...(login === undefined ? {} : { login }),
    ...(strictScope === undefined ? {} : { strictScope }),
    ...(refreshReuse === undefined ? {} : { refreshReuse }),
    ...(registration === true
      ? {}
      : { registration: registration && toRegistration(registration, ["gateway", "registration"], env, report) }),
    ...(redirectSchemes === undefined ? {} : { redirectSchemes }),
    ...(cimd === undefined || cimd === true ? {} : { cimd: cimd as ClientDocumentRules | false }),
    ...(clients === undefined
      ? {}
      : { clients: toClients({ clients, redirectSchemes }, ["gateway", "clients"], env, report) }),
  };
}

/** The key that holds the servers: VS Code's where the file has it, else everyone else's. */
export function serversKey(file: {
  readonly servers?: unknown;
  readonly mcpServers?: unknown;
}): "servers" | "mcpServers" {
  return file.mcpServers === undefined && file.servers !== undefined ? "servers" : "mcpServers";
}
