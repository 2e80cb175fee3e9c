#!/usr/bin/env node
import { ConfigError, FetchEnv, isLoopbackName, parseEnv } from "@gateway/config/native-servers";
import { createNativeServer, listen } from "@gateway/native-server";
import { publicNetwork } from "@gateway/public-network";
import { createLogger } from "@gateway/telemetry";
import { createEndpoint, largestRequest } from "./endpoint.ts";

function run(): void {
  const env = parseEnv(FetchEnv, process.env);
  const logger = createLogger({ service: "mcp-fetchs", level: env.LOG_LEVEL });
  const network = publicNetwork({ timeLimit: 30_000 });
  const endpoint = createEndpoint({ network, allowedDomains: env.MCP_FETCH_ALLOWED_DOMAINS, logger });
  const isLocal = isLoopbackName(env.HOST);
  const server = createNativeServer({ name: "mcp-fetchs", endpoint, isLocal, largestBody: largestRequest, logger });
  listen(server, { host: env.HOST, port: env.PORT, close: endpoint.close, logger });
}

try {
  run();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(2);
}
