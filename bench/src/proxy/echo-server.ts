import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

// The MCP server behind every contender: answers at once with what it was given. `--slow` takes 500 ms to start.
const serverInfo = { name: "echo", version: "1" };
if (process.argv.includes("--slow")) await delay(500);
const print = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "initialize") {
    const instructions = params.clientInfo.name; // what tells a server's own answer from one that was kept
    const { protocolVersion } = params;
    print({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo, instructions } });
  } else if (method === "tools/call" && params.name === "progress") {
    for (let progress = 1; progress <= params.arguments.steps; progress += 1) {
      const { progressToken } = params._meta;
      const message = String(performance.timeOrigin + performance.now());
      print({ method: "notifications/progress", params: { progressToken, progress, message } });
      if (progress < params.arguments.steps) await delay(5);
    }
    print({ id, result: { content: [] } });
  } else if (method === "tools/call") {
    print({ id, result: { content: [{ type: "text", text: params.arguments.text }] } });
  } else print({ id, result: { tools: [{ name: "echo", inputSchema: { type: "object" } }] } });
});
