import { negotiatedVersion, type Request, renderInitialize, renderWithId, type VersionChoice } from "@gateway/protocol";
import type { EndWaits } from "@gateway/subprocess";
import type { Outcome } from "../child/calls.ts";
import { Refusal, type RefusalName } from "../http/refusal.ts";
import { FailedStarts } from "./failed-starts.ts";
import { limitOf } from "./failures.ts";
import { type EndReason, type Session, type SessionPorts, startSession } from "./session.ts";
import { Slots } from "./slots.ts";

export interface SessionsPorts extends SessionPorts {
  readonly versions: VersionChoice;
}

/** What `initialize` led to: the child's answer with the client's id, and a session when it was a result. */
export interface Opened {
  readonly text: string;
  readonly session: Session | undefined;
}

const waitsAtShutdown: EndWaits = { stdin: 2_000, terminate: 3_000 };
/** How a child failed `initialize`, as a refusal. */
const failures = { timeout: "server_timeout", exited: "server_exited", ended: "shutting_down" } as const;
const reasons: Partial<Record<RefusalName, string>> = { server_timeout: "timeout", server_exited: "server_exited" };

/** The sessions of this proxy. */
export class Sessions {
  readonly #ports: SessionsPorts;
  readonly #slots: Slots;
  readonly #failedStarts = new FailedStarts();
  readonly #open = new Map<string, Session>();
  /** Every session whose child has not ended, those being made or ended included. */
  readonly #running = new Set<Session>();
  #closed = false;

  constructor(ports: SessionsPorts) {
    this.#ports = ports;
    this.#slots = new Slots(ports.limits);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Children that run, of ending sessions too. */
  get children(): number {
    return this.#running.size;
  }

  /** The session of that id, if it is this user's: to anyone else it does not exist. */
  find(id: string, sub: string): Session | undefined {
    const session = this.#open.get(id);
    return session?.sub === sub ? session : undefined;
  }

  /**
   * Starts a child for a user and hands it the client's `initialize`.
   * @throws {Refusal} beyond the limits, and when the child cannot be started or does not answer
   */
  async open(sub: string, request: Request): Promise<Opened> {
    const { idText } = request;
    if (this.#closed) throw new Refusal("shutting_down", { idText });
    // Children that are still ending are bounded as well: ending takes deaf ones seconds.
    if (this.#running.size >= 2 * this.#ports.limits.sessions) throw new Refusal("too_many_sessions", { idText });
    this.#failedStarts.check(sub, idText);
    const session = await this.#start(sub, idText);
    const { versions } = this.#ports;
    const outcome = await session.initialize({
      ...request,
      text: renderInitialize(request, versions),
      idSpan: undefined,
    });
    if (outcome.kind === "exited") this.#failedStarts.failed(sub);
    else this.#failedStarts.succeeded(sub);
    return this.#admit(session, outcome, idText);
  }

  /** Ends all, bounded in time; new ones are refused from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const session of this.#running) session.end("shutdown", waitsAtShutdown);
    await Promise.all([...this.#running].map((session) => session.childEnded));
  }

  async #start(sub: string, idText: string): Promise<Session> {
    const free = this.#slots.take(sub, idText);
    try {
      const session = await startSession(sub, this.#ports);
      this.#running.add(session);
      session.ended.addEventListener("abort", () => this.#forget(session, free), { once: true });
      if (this.#closed) session.end("shutdown", waitsAtShutdown);
      return session;
    } catch (cause) {
      free();
      this.#failedStarts.failed(sub);
      this.#ports.logger.error("MCP server not started", { cause });
      const { code } = cause as { code?: unknown };
      const reason = typeof code === "string" ? code.toLowerCase() : "cannot_start";
      throw new Refusal("server_not_started", { idText, data: { reason } });
    }
  }

  #admit(session: Session, outcome: Outcome, idText: string): Opened {
    if (outcome.kind !== "answered") {
      session.end("refused");
      const limit = limitOf(outcome);
      if (limit !== undefined) throw new Refusal("server_limit", { idText, data: { reason: "limit_exceeded", limit } });
      const refusal = failures[outcome.kind];
      throw new Refusal(refusal, { idText, data: { reason: reasons[refusal] } });
    }
    const text = renderWithId(outcome.response, idText);
    if (outcome.response.result === undefined) {
      session.end("refused");
      return { text, session: undefined };
    }
    session.version = negotiatedVersion(outcome.response, this.#ports.versions);
    if (session.version === undefined) {
      session.end("refused");
      throw new Refusal("server_version", { idText, data: { supported: this.#ports.versions.supported } });
    }
    this.#open.set(session.id, session);
    this.#ports.logger.info("session created", { session: session.digest, sessions: this.size });
    return { text, session };
  }

  #forget(session: Session, free: () => void): void {
    this.#open.delete(session.id);
    free();
    const reason = session.ended.reason as EndReason;
    const stderr = reason === "exited" ? { stderr: session.stderrTail() } : {};
    const level = reason === "exited" ? "warn" : "info";
    this.#ports.logger[level]("session ended", { session: session.digest, reason, sessions: this.size, ...stderr });
    // After this event the session says when its child has ended.
    queueMicrotask(() => void session.childEnded.then(() => this.#running.delete(session)));
  }
}
