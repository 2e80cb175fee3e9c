/** Whom an MCP server sees where the proxy asks it something by itself: `clientInfo` of MCP. */
export const gatewayInfo = { name: "mcp-oauth-gateway", version: "0.1.0" };
