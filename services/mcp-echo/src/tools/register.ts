import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { beganServing } from "../serving.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** Gives a server its tools. All only look: none changes anything but what its own session remembers. */
export function registerTools(
  server: McpServer,
  tools: readonly Tool[],
  about: Omit<ToolContext, "headers" | "beganAt">,
): void {
  for (const { name, description, argument, run } of tools) {
    const annotations = { readOnlyHint: true, openWorldHint: false };
    const shape = argument && { [argument.name]: z.string().describe(argument.description) };
    server.registerTool(name, { description, annotations, inputSchema: z.object(shape ?? {}) }, (input, { http }) => {
      const headers = http?.req?.headers ?? new Headers();
      const given: Record<string, string> = input;
      return asResult(
        run({ ...about, headers, beganAt: beganServing() ?? about.clock() }, given[argument?.name ?? ""] ?? ""),
      );
    });
  }
}

function asResult(value: unknown): CallToolResult {
  const text = typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
  return { content: [{ type: "text", text }] };
}
