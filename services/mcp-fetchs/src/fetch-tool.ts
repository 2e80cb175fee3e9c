import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { contentOf } from "./content.ts";
import { parseDestination } from "./domain/destination.ts";
import { FetchRefused } from "./domain/fetch-refused.ts";
import type { Hop } from "./domain/next-hop.ts";
import { parseRequestHeaders } from "./domain/request-headers.ts";
import type { FetchOptions } from "./endpoint.ts";
import { follow } from "./http/follow.ts";
import { acceptedEncodings } from "./http/read-answer.ts";
import type { Places } from "./places.ts";

const defaultUserAgent = "mcp-fetchs/0.1 (MCP OAuth Gateway)";

const Input = z.object({
  url: z.string().describe("What to fetch: an absolute http:// or https:// URL on the public internet"),
  method: z.enum(["GET", "POST"]).default("GET"),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe("Request headers; those of the connection cannot be set"),
  body: z.string().max(262_144).optional().describe("Body of a POST"),
  max_length: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100_000)
    .describe("Characters of text that are given; the rest is cut"),
  user_agent: z.string().max(512).optional().describe("User-Agent to send"),
});

/** Gives a server its one tool. */
export function registerFetch(server: McpServer, options: FetchOptions & { readonly places: Places }): void {
  const description =
    "Fetches a URL of the public internet. HTML is given as Markdown, pictures as pictures, other text as it is. " +
    "Up to 5 redirects are followed; addresses of private networks are refused.";
  const annotations = { openWorldHint: true };
  server.registerTool("fetch", { description, annotations, inputSchema: Input }, async (input, { http, mcpReq }) => {
    const user = http?.req?.headers.get("x-user-id") ?? "";
    const { places, logger } = options;
    try {
      const hop = firstHop(input, options.allowedDomains);
      const answer = await places.within(user, () => follow(hop, { ...options, signal: mcpReq.signal }));
      return contentOf(answer, input.max_length);
    } catch (error) {
      if (!(error instanceof FetchRefused)) throw error;
      logger.info("fetch refused", { reason: error.message });
      return refused(error.message);
    }
  });
}

function firstHop({ url, method, headers, body, user_agent }: z.output<typeof Input>, allowed: readonly string[]): Hop {
  if (body !== undefined && method !== "POST") throw new FetchRefused('A body is sent only with method "POST"');
  const own = { accept: "*/*", "user-agent": defaultUserAgent, "accept-encoding": acceptedEncodings };
  const given = parseRequestHeaders({ ...headers, ...(user_agent === undefined ? {} : { "user-agent": user_agent }) });
  const length = method === "POST" ? { "content-length": `${Buffer.byteLength(body ?? "")}` } : {};
  return {
    url: parseDestination(url, allowed),
    method,
    headers: { ...own, ...given, ...length },
    ...(body === undefined ? {} : { body }),
  };
}

function refused(text: string): CallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
