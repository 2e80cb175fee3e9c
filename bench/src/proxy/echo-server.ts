import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

// The MCP server behind every contender: answers at once with what it was given. `--slow` takes 500 ms to start.
const serverInfo = { name: "echo", version: "1" };
if (process.argv.includes("--slow")) await delay(500);
const print = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    print({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/call" && params.name === "progress") {
    for (let progress = 1; progress <= params.arguments.steps; progress += 1) {
      const { progressToken } = params._meta;
      const message = String(performance.timeOrigin + performance.now());
      print({ method: "notifications/progress", params: { progressToken, progress, message } });
    }
    print({ id, result: { content: [] } });
  } else if (method === "tools/call") {
    print({ id, result: { content: [{ type: "text", text: params.arguments.text }] } });
  } else print({ id, result: { tools: [{ name: "echo", inputSchema: { type: "object" } }] } });
});
