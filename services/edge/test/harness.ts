import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Middleware, Route, RoutingTable } from "@gateway/registry";
import { createEdge } from "../src/server.ts";

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

/** Real servers on free loopback ports, closed by `closeAll`. */
export function servers() {
  const open: Server[] = [];
  const listen = async (server: Server, port = 0) => {
    open.push(server);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  return {
    /** An upstream; gives its base URL. */
    start: async (handler: RequestListener, port = 0) =>
      `http://127.0.0.1:${await listen(createServer(handler), port)}`,
    /** An edge that serves `table`; gives its port. */
    startEdge: (table: RoutingTable, startupTimeout = 5) =>
      listen(createEdge({ table, startupTimeout, logger: quiet })),
    closeAll: async () => {
      const closing = open.splice(0).map((server) => {
        const closed = once(server, "close");
        server.close();
        server.closeAllConnections();
        return closed;
      });
      await Promise.all(closing);
    },
  };
}

/** A table with one server `m1` at m1.localhost/mcp and localhost/m1/mcp, and auth at localhost/. */
export function tableOf(
  urls: { auth: string; m1: string },
  afterAuth: readonly Middleware[] = [],
  corsOrigins: readonly string[] = ["loopback"],
): RoutingTable {
  const mcp = (name: string, host: string, path: string, more: readonly Middleware[]): Route => ({
    name,
    priority: 200,
    host,
    paths: [
      { path, prefix: false },
      { path, prefix: true },
    ],
    middlewares: [{ kind: "cors" }, { kind: "forward-auth" }, ...more, ...afterAuth],
    service: "m1",
  });
  return {
    services: { auth: urls.auth, m1: urls.m1 },
    verifyUrl: `${urls.auth}/verify`,
    corsOrigins,
    routes: [
      mcp("m1-host", "m1.localhost", "/mcp", []),
      mcp("m1-path", "localhost", "/m1/mcp", [{ kind: "strip-prefix", prefix: "/m1" }]),
      {
        name: "auth",
        priority: 100,
        host: "localhost",
        paths: ["/", "/token", "/authorize"].map((path) => ({ path, prefix: false })),
        middlewares: [],
        service: "auth",
      },
    ],
  };
}

/** A request whose answer's headers have arrived. */
export async function send(
  port: number,
  path: string,
  options: { method?: string; host?: string; headers?: Record<string, string | string[]>; body?: string } = {},
): Promise<IncomingMessage> {
  const { method = "GET", host = "m1.localhost", headers = {}, body } = options;
  const sent = request({ port, host: "127.0.0.1", method, path, agent: false, headers: { host, ...headers } });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return answer;
}

/** The same with its JSON body. */
export async function sendForJson(...args: Parameters<typeof send>) {
  const answer = await send(...args);
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse((await text(answer)) || "null") };
}

/** Bytes as they are, for what no client library would send; gives all that comes back until the end. */
export async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  return text(socket);
}
