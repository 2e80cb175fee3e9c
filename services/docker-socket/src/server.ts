import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { answerAuthAway } from "@gateway/forward-auth";
import { isAllowed } from "./domain/is-allowed.ts";

/**
 * Passes what `isAllowed` lets through on to the Docker engine's socket, and its answers back as they come: `/events` never
 * ends. No header and no body of the caller goes with it. `/away` is what Traefik, which can write no words of its own, has its clients
 * told while auth is away (docs/decisions/0187). Not listening yet.
 */
export function createDockerSocket(socketPath: string): Server {
  const server = createServer((req, res) => {
    const { method = "", url: target = "" } = req;
    if (method === "GET" && target === "/away") return answerAuthAway(res);
    if (isAllowed(method, target)) return ask(socketPath, { method, target }, req, res);
    return answer(res, 403, `Not among the questions that may be asked here: ${method} ${target}`);
  });
  server.requestTimeout = 10_000;
  return server;
}

function ask(
  socketPath: string,
  { method, target }: { readonly method: string; readonly target: string },
  req: IncomingMessage,
  res: ServerResponse,
): void {
  const asked = request({ socketPath, method, path: target, headers: { host: "docker" }, agent: false }, (answered) => {
    res.writeHead(answered.statusCode ?? 502, { "content-type": answered.headers["content-type"] ?? "text/plain" });
    res.flushHeaders();
    answered.pipe(res);
    answered.on("error", () => res.destroy());
  });
  asked.on("error", () => (res.headersSent ? res.destroy() : answer(res, 502, "The Docker engine does not answer.")));
  req.resume();
  res.on("close", () => asked.destroy());
  asked.end();
}

/** In the form of the engine's own errors. */
function answer(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ message }));
}
