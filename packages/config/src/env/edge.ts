import { z } from "zod";
import { flag, logLevel, loopbackHost, port, seconds, text } from "./values.ts";

/** The environment of services/edge. */
export const EdgeEnv = z.object({
  HOST: loopbackHost().default("127.0.0.1").describe("Address to listen on; loopback only"),
  PORT: port().default(8080).describe("Port to listen on"),
  ROUTES_FILE: text().describe("File with the routing table, rendered from gateway.json"),
  MCP_STARTUP_TIMEOUT: seconds({ max: 3_600 })
    .default(60)
    .describe("How long a request waits for a server that is still starting"),
  LOG_LEVEL: logLevel().default("info").describe("How much is logged: error, warn, info or debug"),
  GATEWAY_SUPERVISED: flag().default(false).describe("End when standard input ends; set by the supervisor"),
});
export type EdgeEnv = z.infer<typeof EdgeEnv>;
