import type { Endpoint } from "@gateway/native-server";
import type { Network } from "@gateway/public-network";
import type { Logger } from "@gateway/telemetry";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { registerFetch } from "./fetch-tool.ts";
import { Places } from "./places.ts";

/** Bytes of a request to this server. */
export const largestRequest = 1_048_576;

export interface FetchOptions {
  /** With the milliseconds that one call may take in all. */
  readonly network: Network;
  /** Hosts that may be fetched from, as `isHostListed` reads them; empty: all public ones. */
  readonly allowedDomains: readonly string[];
  readonly logger: Logger;
}

/** The endpoint: stateless, so that it serves every revision of MCP. */
export function createEndpoint(options: FetchOptions): Endpoint & { close(): Promise<void> } {
  const places = new Places();
  const onerror = (cause: Error) => options.logger.info("request refused", { cause });
  return createMcpHandler(
    () => {
      const server = new McpServer({ name: "mcp-fetchs", version: "0.1.0" });
      registerFetch(server, { ...options, places });
      return server;
    },
    { onerror, maxRequestBodySize: largestRequest },
  );
}
