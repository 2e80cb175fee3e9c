import { Agent, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { pipeline } from "node:stream";
import { createProxyMiddleware, type RequestHandler } from "http-proxy-middleware";
import { drain } from "../http/body.ts";

/** One HTTP exchange that another replica is to have. */
export interface Relayed {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Undefined: it has none that means anything, and what there is was not read. */
  readonly body: string | undefined;
}

/** `unreached`: nothing was sent. `lost`: it was, and no answer came. `answered`: an answer came, or its client has gone. */
export type Passed = "answered" | "unreached" | "lost";

/** The way to one replica, and what ends each of the exchanges that are open there. */
interface Way {
  readonly handle: RequestHandler;
  readonly open: Set<() => void>;
  /** When it was seen not to be alive, by `performance.now()`. */
  goneAt: number | undefined;
}

interface Passing extends Relayed {
  readonly settle: (passed: Passed) => void;
  isSent: boolean;
}

/** Says that a request comes from another replica, by its name: it is not passed on once more. The edge removes it from clients' requests. */
export const relayedHeader = "x-gateway-relayed-by";

/** Of one connection alone (RFC 9110 7.6.1), and those of a body that is sent anew. */
const dropped: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
  ...["expect", "content-length"],
]);

/** Hands exchanges to other replicas as they are, identity and all, and their answers back byte by byte. */
export class Relay {
  readonly #name: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #grace: number;
  readonly #ways = new Map<string, Way>();
  readonly #passing = new WeakMap<IncomingMessage, Passing>();

  /**
   * @param name of this replica
   * @param grace milliseconds that another one has, once it is alive no more, to finish what it was passed
   */
  constructor(name: string, grace: number) {
    this.#name = name;
    this.#grace = grace;
  }

  /** Passes an exchange on. Resolves with its first byte back, or when there will be none. @param address such as http://host:3000 */
  async pass(relayed: Relayed, address: string): Promise<Passed> {
    const { req, res } = relayed;
    // Whatever a GET or DELETE carries would go on unframed, as a request of its own that the other one answers.
    if (relayed.body === undefined) await drain(req);
    if (!req.readableEnded) {
      res.destroy();
      return "answered";
    }
    const kept = Object.entries(req.headers).filter(([name]) => !dropped.has(name));
    req.headers = { ...Object.fromEntries(kept), [relayedHeader]: this.#name };
    return new Promise((settle) => {
      this.#passing.set(req, { ...relayed, settle, isSent: false });
      void this.#wayTo(address)(req, res);
    });
  }

  /** Ends, after the grace, what is open to replicas that are alive no more: one that hangs never ends it itself. */
  keepOnly(addresses: ReadonlySet<string>): void {
    for (const [address, way] of this.#ways) {
      if (addresses.has(address)) way.goneAt = undefined;
      else if (way.goneAt === undefined) way.goneAt = performance.now();
      else if (performance.now() - way.goneAt > this.#grace) this.#end(address, way);
    }
  }

  close(): void {
    for (const [address, way] of this.#ways) this.#end(address, way);
    this.#agent.destroy();
  }

  #end(address: string, { open }: Way): void {
    this.#ways.delete(address);
    for (const end of [...open]) end();
  }

  #wayTo(address: string): RequestHandler {
    const known = this.#ways.get(address);
    if (known !== undefined) return known.handle;
    const open = new Set<() => void>();
    const handle = this.#makeHandler(address, open);
    this.#ways.set(address, { handle, open, goneAt: undefined });
    return handle;
  }

  #makeHandler(target: string, open: Set<() => void>): RequestHandler {
    return createProxyMiddleware({
      target,
      agent: this.#agent,
      toProxy: true, // the request target as it is
      selfHandleResponse: true,
      on: {
        proxyReq: (upstream, req, res) => {
          const passing = this.#passing.get(req);
          const end = () => upstream.destroy();
          open.add(end);
          res.once("close", end);
          upstream.once("close", () => open.delete(end));
          if (passing === undefined || res.destroyed) return void end();
          whenConnected(upstream.socket, () => {
            passing.isSent = true;
          });
          if (passing.body === undefined) return;
          upstream.setHeader("content-length", Buffer.byteLength(passing.body));
          upstream.end(passing.body); // the request's own bytes were read here
        },
        proxyRes: (answer, req, res) => {
          this.#passing.get(req)?.settle("answered");
          sendAnswer(answer, res);
        },
        error: (_error, req, res) => {
          const passing = this.#passing.get(req);
          if ("destroyed" in res && res.destroyed) passing?.settle("answered");
          else passing?.settle(passing.isSent ? "lost" : "unreached");
        },
      },
    });
  }
}

function whenConnected(socket: IncomingMessage["socket"] | null, then: () => void): void {
  if (socket?.connecting) socket.once("connect", then);
  else then();
}

/**
 * Headers that this replica has set itself give way; nothing is buffered. They go out with the first bytes behind them, which
 * another replica sends together with its own: by the id in these a client resumes a stream that is cut on its way.
 */
function sendAnswer(answer: IncomingMessage, res: ServerResponse): void {
  if (res.destroyed || res.headersSent) return void answer.destroy();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !dropped.has(name)) res.setHeader(name, value);
  }
  const length = answer.headers["content-length"];
  if (length !== undefined) res.setHeader("content-length", length);
  const status = answer.statusCode ?? 502;
  res.writeHead(status, STATUS_CODES[status]);
  pipeline(answer, res, () => {}); // either end gone: pipeline ends the other
}
