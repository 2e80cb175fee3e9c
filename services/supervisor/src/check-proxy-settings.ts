import { ConfigError, type GatewayConfig, type Problem, ProxyEnv, parseEnv, shownWires } from "@gateway/config";
import { sharedProxyEnvironment } from "./domain/service-environment.ts";
import type { Settings } from "./settings.ts";

/** Refuses settings that the proxies would refuse, and servers whose clients those keep out. @throws {ConfigError} */
export function checkProxySettings({ environment }: Settings, { servers, file }: GatewayConfig): void {
  const { MCP_PROTOCOL_VERSIONS_SUPPORTED: supported } = parseEnv(ProxyEnv, sharedProxyEnvironment(environment));
  const problems = servers.flatMap((server): Problem[] => {
    if (server.kind !== "stdio" || server.facade === undefined) return [];
    if (shownWires(server.facade, supported) !== undefined) return [];
    const allowed = `"both", or none: MCP_PROTOCOL_VERSIONS_SUPPORTED has no version that is ${server.facade}`;
    return [{ at: `${server.name}.gateway.facade`, found: JSON.stringify(server.facade), allowed }];
  });
  if (problems.length > 0) throw new ConfigError(file, problems);
}
