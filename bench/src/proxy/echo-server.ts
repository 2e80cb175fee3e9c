import { createInterface } from "node:readline";

// The MCP server behind every contender: answers at once with what it was given.
const serverInfo = { name: "echo", version: "1" };
const print = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    print({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/call") {
    print({ id, result: { content: [{ type: "text", text: params.arguments.text }] } });
  } else print({ id, result: { tools: [{ name: "echo", inputSchema: { type: "object" } }] } });
});
