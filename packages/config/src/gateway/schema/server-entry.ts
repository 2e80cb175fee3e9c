import { z } from "zod";
import { ServerSettings } from "./server-settings.ts";
import { text, textMap, texts } from "./values.ts";

const ignored = () => z.unknown().optional().describe("Read by some clients. Ignored here, with a warning.");

/** One server as MCP clients declare it, and the gateway's own part. */
export const ServerEntry = z
  .strictObject(
    {
      type: z
        .enum(["stdio", "http", "streamable-http"], {
          error: "stdio, http or streamable-http; the older sse transport is not one of them",
        })
        .optional()
        .describe("Follows from command and url when left out."),
      command: text("text: the program alone; its arguments go into args")
        .optional()
        .describe("The program to start. No shell is involved."),
      args: texts("argument").optional().describe("Its arguments, each one an item."),
      env: textMap("names and text")
        .optional()
        .describe("Its own environment. ${env:X} stands for the gateway's variable X."),
      cwd: text("a folder").optional().describe("Where it starts; relative to this file."),
      envFile: text("a file").optional().describe("A file of KEY=value lines; env wins over it."),
      url: text("a URL")
        .optional()
        .describe(
          "The MCP endpoint of a server that speaks Streamable HTTP itself. With command beside it, the gateway runs it too; ${PORT} is then a free port.",
        ),
      headers: textMap("header names and text").optional().describe("Set on requests to url, after authentication."),
      disabled: ignored(),
      autoApprove: ignored(),
      alwaysAllow: ignored(),
      timeout: ignored(),
      gallery: ignored(),
      gateway: ServerSettings.optional(),
    },
    { error: 'an object such as {"command": "uvx", "args": ["mcp-server-time"]}' },
  )
  .describe("One MCP server.");
export type ServerEntry = z.infer<typeof ServerEntry>;
