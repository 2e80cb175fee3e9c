import { ConfigError, type GatewayConfig, type GatewayContext, parseGatewayConfig } from "../../src/index.ts";

/** A context as the supervisor gives it, with what a test wants to be different. */
export function contextWith(overrides: Partial<GatewayContext> = {}): GatewayContext {
  return {
    file: "/home/ada/gateway.json",
    env: {},
    reservedNames: new Set(["token", "authorize"]),
    readFile: () => {
      throw Object.assign(new Error("absent"), { code: "ENOENT" });
    },
    ...overrides,
  };
}

export function parse(file: unknown, overrides: Partial<GatewayContext> = {}): GatewayConfig {
  return parseGatewayConfig(typeof file === "string" ? file : JSON.stringify(file), contextWith(overrides));
}

/** Each problem as `path: what is allowed`, of an attempt that must fail. */
export function refusal(attempt: () => unknown): ConfigError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

export const oneServer = (entry: unknown, name = "mcp-time") => ({ mcpServers: { [name]: entry } });
