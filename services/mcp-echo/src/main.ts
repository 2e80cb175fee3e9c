#!/usr/bin/env node
import { ConfigError, EchoEnv, isLoopbackName, parseEnv } from "@gateway/config/native-servers";
import { createNativeServer, listen } from "@gateway/native-server";
import { createLogger } from "@gateway/telemetry";
import { createEndpoint, isMode, largestBody, modes } from "./endpoint.ts";

function run([mode]: readonly string[]): void {
  if (mode === undefined || !isMode(mode)) {
    console.error(`Say which: mcp-echo ${modes.join(" | ")}`);
    process.exit(2);
  }
  const env = parseEnv(EchoEnv, process.env);
  const name = `mcp-echo-${mode}`;
  const logger = createLogger({ service: name, level: env.LOG_LEVEL });
  const endpoint = createEndpoint(mode, {
    idleSeconds: env.MCP_SESSION_TIMEOUT,
    maxSessions: env.MCP_MAX_SESSIONS,
    environment: process.env,
    clock: () => performance.now(),
    logger,
  });
  const isLocal = isLoopbackName(env.HOST);
  const server = createNativeServer({ name, endpoint, isLocal, largestBody, logger });
  listen(server, { host: env.HOST, port: env.PORT, close: endpoint.close, logger });
}

try {
  run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(2);
}
