import { randomBytes } from "node:crypto";
import { shareOfOneUser } from "@gateway/config/native-servers";
import type { Endpoint } from "@gateway/native-server";
import { type McpServer, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import type { EchoOptions } from "./endpoint.ts";

/** What one client's session remembers. Times are milliseconds of the given clock. */
export interface Session {
  /** Who opened it, as the gateway says; undefined: nobody said. */
  readonly owner: string | undefined;
  readonly startedAt: number;
  lastUsedAt: number;
  requests: number;
  lastEcho?: string;
}

interface OpenSession extends Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: McpServer;
}

const sweepEvery = 30_000; // ms

/** Sessions of MCP up to 2025-11-25, each for the one user that opened it. */
export class Sessions implements Endpoint {
  readonly #open = new Map<string, OpenSession>();
  /** Those that an `initialize` is about to open: many may come at once. */
  readonly #beginning = new Set<Session>();
  readonly #options: Pick<EchoOptions, "idleSeconds" | "maxSessions" | "clock">;
  readonly #createServer: (session: Session) => McpServer;
  readonly #sweeping: NodeJS.Timeout;

  constructor(
    options: Pick<EchoOptions, "idleSeconds" | "maxSessions" | "clock">,
    createServer: (session: Session) => McpServer,
  ) {
    this.#options = options;
    this.#createServer = createServer;
    this.#sweeping = setInterval(() => this.endIdle(), sweepEvery).unref();
  }

  get count(): number {
    return this.#open.size;
  }

  async fetch(request: Request): Promise<Response> {
    this.endIdle();
    const id = request.headers.get("mcp-session-id");
    if (id === null) return await this.#begin(request);
    const session = this.#open.get(id);
    // Another user's session is as unknown as one that never was: an id that leaked opens nothing.
    if (session === undefined || session.owner !== ownerOf(request)) {
      return refusal(404, -32001, "Session not found: begin with initialize");
    }
    session.lastUsedAt = this.#options.clock();
    session.requests += 1;
    return await session.transport.handleRequest(request);
  }

  /** Ends the sessions that nobody has used for too long. */
  endIdle(): void {
    const limit = this.#options.clock() - this.#options.idleSeconds * 1_000;
    for (const [id, { lastUsedAt }] of this.#open) {
      if (lastUsedAt < limit) void this.#end(id);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    await Promise.all([...this.#open.keys()].map((id) => this.#end(id)));
  }

  /** The transport tells an `initialize` from what needs a session, and answers both. */
  async #begin(request: Request): Promise<Response> {
    const owner = ownerOf(request);
    const refused = this.#refusalOfAnother(owner);
    if (refused !== undefined) return refused;
    const now = this.#options.clock();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomBytes(24).toString("base64url"),
      onsessioninitialized: (id) => void this.#open.set(id, session),
      onsessionclosed: (id) => void this.#open.delete(id),
    });
    const kept: Session = { owner, startedAt: now, lastUsedAt: now, requests: 1 };
    const server = this.#createServer(kept);
    const session: OpenSession = Object.assign(kept, { transport, server });
    this.#beginning.add(session);
    try {
      await server.connect(transport);
      const response = await transport.handleRequest(request);
      if (transport.sessionId === undefined) await server.close();
      return response;
    } finally {
      this.#beginning.delete(session);
    }
  }

  /** Nobody closes the server to others; users that nobody names cannot be told apart. */
  #refusalOfAnother(owner: string | undefined): Response | undefined {
    const { maxSessions } = this.#options;
    const all = new Set<Session>([...this.#open.values(), ...this.#beginning]);
    if (all.size >= maxSessions) return tooMany(503, "Too many open sessions: end one, or wait");
    const own = [...all].filter((session) => session.owner === owner).length;
    if (owner === undefined || own < shareOfOneUser(maxSessions)) return undefined;
    return tooMany(429, "You have too many open sessions: end one, or wait");
  }

  async #end(id: string): Promise<void> {
    const session = this.#open.get(id);
    this.#open.delete(id);
    await session?.server.close();
  }
}

function ownerOf(request: Request): string | undefined {
  return request.headers.get("x-user-id") ?? undefined;
}

function tooMany(status: 429 | 503, message: string): Response {
  return refusal(status, -32603, message, { "retry-after": "5" });
}

function refusal(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers });
}
