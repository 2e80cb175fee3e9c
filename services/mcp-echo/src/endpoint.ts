import type { Endpoint } from "@gateway/native-server";
import type { Logger } from "@gateway/telemetry";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { whileServing } from "./serving.ts";
import { Sessions } from "./sessions.ts";
import { registerTools } from "./tools/register.ts";
import { statefulTools, statelessTools } from "./tools/tools.ts";

/** Whether clients have sessions. */
export const modes = ["stateful", "stateless"] as const;
export type Mode = (typeof modes)[number];

/** Whether a text names one of them. */
export function isMode(text: string): text is Mode {
  return (modes as readonly string[]).includes(text);
}

/** Bytes: what is echoed comes back whole. */
export const largestBody = 1_048_576;

export interface EchoOptions {
  /** A session without a request for so long ends. */
  readonly idleSeconds: number;
  readonly maxSessions: number;
  /** What environmentDump shows, masked. */
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds that only go forward. */
  readonly clock: () => number;
  readonly logger: Logger;
}

/**
 * The endpoint of either server. Stateless, it serves each request by itself, in every revision of MCP. Stateful, it keeps
 * sessions, which exist up to 2025-11-25 alone.
 */
export function createEndpoint(mode: Mode, options: EchoOptions): Endpoint & { close(): Promise<void> } {
  const { clock, environment, logger } = options;
  const info = { name: `mcp-echo-${mode}`, version: "0.1.0" };
  if (mode === "stateful") {
    const sessions: Sessions = new Sessions(options, (session) => {
      const server = new McpServer(info);
      registerTools(server, statefulTools, { clock, environment, session, openSessions: () => sessions.count });
      return server;
    });
    return whileServing(clock, sessions);
  }
  const handler = createMcpHandler(
    () => {
      const server = new McpServer(info);
      registerTools(server, statelessTools, { clock, environment });
      return server;
    },
    { onerror: (cause) => logger.info("request refused", { cause }), maxRequestBodySize: largestBody },
  );
  return whileServing(clock, handler);
}
