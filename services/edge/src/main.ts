import { EdgeEnv, parseEnv } from "@gateway/config";
import { onParentGone } from "@gateway/subprocess";
import { createLogger } from "@gateway/telemetry";
import { readRoutesFile } from "./routes-file.ts";
import { createEdge } from "./server.ts";

const stopTime = 2_000; // ms for what is being answered

function main(): void {
  const env = parseEnv(EdgeEnv, process.env);
  const logger = createLogger({ service: "edge", level: env.LOG_LEVEL });
  const table = readRoutesFile(env.ROUTES_FILE);
  const server = createEdge({ table, startupTimeout: env.MCP_STARTUP_TIMEOUT, logger });
  server.on("error", (cause) => {
    logger.error("cannot listen", { host: env.HOST, port: env.PORT, cause });
    process.exit(1);
  });
  server.listen(env.PORT, env.HOST, () => logger.info("listening", { host: env.HOST, port: env.PORT }));

  const stop = () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), stopTime).unref();
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  if (env.GATEWAY_SUPERVISED) onParentGone(process.stdin, stop);
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
