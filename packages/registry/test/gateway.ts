import { type GatewayConfig, parseGatewayConfig } from "@gateway/config";
import { type Listeners, type RoutingTable, reservedNames, routingTableOf } from "../src/index.ts";

export const issuer = "http://localhost:8080";

export function gatewayOf(file: unknown, env: NodeJS.ProcessEnv = {}): GatewayConfig {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  return parseGatewayConfig(text, { file: "gateway.json", env, reservedNames, readFile: () => "" });
}

/** auth at port 4000, each stdio server's proxy at 4001 and on, other servers at their url. */
export function listenersOf({ servers }: GatewayConfig): Listeners {
  return {
    auth: "http://127.0.0.1:4000",
    servers: Object.fromEntries(
      servers.map((server, index) => [
        server.name,
        server.kind === "http" ? server.url : `http://127.0.0.1:${4001 + index}/mcp`,
      ]),
    ),
  };
}

export function tableOf(file: unknown, corsOrigins: readonly string[] = ["loopback"], env = {}): RoutingTable {
  const config = gatewayOf(file, env);
  return routingTableOf(config, { issuer, listeners: listenersOf(config), corsOrigins });
}
