import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { renderFamilies, textFormat } from "@gateway/telemetry";
import { collectFamilies, type MetricsPorts } from "../metrics/families.ts";

/** GET /metrics: counts and sums, in the Prometheus text format. Nothing of a user or a session is in them. */
export function answerMetrics(res: ServerResponse, ports: MetricsPorts): void {
  const body = renderFamilies(collectFamilies(ports));
  const length = String(Buffer.byteLength(body));
  res.writeHead(200, { "content-type": textFormat, "content-length": length, "cache-control": "no-store" }).end(body);
}

/** Answers GET /metrics, and nothing else, on a port that no route of an edge leads to. @throws when it is taken */
export async function listenMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  ports: MetricsPorts,
): Promise<Server> {
  const server = createServer((req: IncomingMessage, res) => {
    if (req.url !== "/metrics") return res.writeHead(404).end();
    if (req.method !== "GET" && req.method !== "HEAD") return res.writeHead(405, { allow: "GET" }).end();
    answerMetrics(res, ports);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return server.unref();
}
