import { z } from "zod";
import { commaList, logLevel, port, seconds, text, wholeNumber } from "./values.ts";

/** What both of our own MCP servers have. gateway.json gives it to them: they see nothing of the gateway's environment. */
const common = {
  HOST: text().default("127.0.0.1").describe("Address to listen on; the image sets 0.0.0.0"),
  PORT: port().default(3000).describe("Port to listen on; 0 lets the system choose"),
  LOG_LEVEL: logLevel().default("info").describe("How much is logged"),
};

/** The environment of services/mcp-echo. */
export const EchoEnv = z.object({
  ...common,
  MCP_SESSION_TIMEOUT: seconds()
    .default(3600)
    .describe(
      "Seconds without a request after which a session of `mcp-echo stateful` ends, also one with an open stream",
    ),
  MCP_MAX_SESSIONS: wholeNumber({ min: 1, max: 100_000 }).default(100).describe("Sessions at a time"),
});
export type EchoEnv = z.infer<typeof EchoEnv>;

/** The environment of services/mcp-fetchs. */
export const FetchEnv = z.object({
  ...common,
  MCP_FETCH_ALLOWED_DOMAINS: commaList()
    .transform((domains) => domains.map((domain) => domain.toLowerCase()))
    .default([])
    .describe(
      "Hosts that may be fetched from, separated by commas: a name, or `*.name` for every name below it; by default all public ones",
    ),
});
export type FetchEnv = z.infer<typeof FetchEnv>;
