import { z } from "zod";
import { GatewayPart } from "./schema/gateway-part.ts";
import { ServerEntry } from "./schema/server-entry.ts";
import { text } from "./schema/values.ts";

const Servers = z.record(z.string(), ServerEntry, { error: "an object: a name and a server each" });

/** gateway.json as it is written: what MCP clients have, plus `gateway`. */
export const GatewayFile = z.strictObject(
  {
    $schema: text("text").optional().describe("Where editors find this schema."),
    mcpServers: Servers.optional().describe("The servers, as in the configuration of Claude Desktop and Cursor."),
    servers: Servers.optional().describe("The same, as VS Code calls it. One of the two."),
    gateway: GatewayPart.optional(),
  },
  { error: 'a JSON object such as {"mcpServers": {}}' },
);
export type GatewayFile = z.infer<typeof GatewayFile>;

/** Client keys that are set aside with a warning. */
export const ignoredKeys = ["disabled", "autoApprove", "alwaysAllow", "timeout", "gallery"] as const;

/** The JSON Schema of gateway.json, for editors. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(GatewayFile, { target: "draft-7", reused: "inline" });
  return `${JSON.stringify({ title: "MCP OAuth Gateway: gateway.json", ...schema }, undefined, 2)}\n`;
}
