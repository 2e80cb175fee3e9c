import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Family, renderFamilies, textFormat } from "./render-families.ts";

/** Answers with metrics as they stand, in the Prometheus text format. */
export function answerMetrics(res: ServerResponse, families: readonly Family[]): void {
  const body = renderFamilies(families);
  const length = String(Buffer.byteLength(body));
  res.writeHead(200, { "content-type": textFormat, "content-length": length, "cache-control": "no-store" }).end(body);
}

/**
 * Answers GET /metrics, and nothing else, on a port that no route of an edge leads to. It keeps no process alive.
 * @throws what `listen` says of an address that cannot be had
 */
export async function listenMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  collect: () => readonly Family[],
): Promise<Server> {
  const server = createServer((req: IncomingMessage, res) => {
    if (req.url !== "/metrics") return res.writeHead(404).end();
    if (req.method !== "GET" && req.method !== "HEAD") return res.writeHead(405, { allow: "GET" }).end();
    answerMetrics(res, collect());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return server.unref();
}
