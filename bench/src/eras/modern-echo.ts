import { createInterface } from "node:readline";

// The server of ../proxy/echo-server.ts, as it is in the stateless wire (2026-07-28).
const capabilities = { tools: {} };
const caching = { ttlMs: 0, cacheScope: "private" };

function resultOf(method: string, params: { readonly arguments?: { readonly text?: unknown } }): object {
  if (method === "server/discover") return { supportedVersions: ["2026-07-28"], capabilities, ...caching };
  if (method === "tools/list") return { tools: [{ name: "echo", inputSchema: { type: "object" } }], ...caching };
  return { content: [{ type: "text", text: params.arguments?.text }] };
}

/** It lasts as long as its client wants: an answer would end it, and have the proxy ask for it with each call. */
function acknowledge(id: unknown, { notifications }: { readonly notifications: object }): void {
  const _meta = { "io.modelcontextprotocol/subscriptionId": id };
  const method = "notifications/subscriptions/acknowledged";
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", method, params: { notifications, _meta } })}\n`);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "subscriptions/listen") return acknowledge(id, params);
  const result = { resultType: "complete", ...resultOf(method, params) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
});
