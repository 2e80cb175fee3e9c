import {
  negotiatedVersion,
  type Request,
  type Response,
  renderInitialize,
  renderWithId,
  type VersionChoice,
} from "@gateway/protocol";
import type { McpSession, McpSessions } from "@gateway/store";
import type { Outcome } from "../child/calls.ts";
import { briefWaits } from "../child/child.ts";
import type { FailedStarts } from "../child/failed-starts.ts";
import { startRefusal } from "../child/failures.ts";
import type { Slots } from "../child/slots.ts";
import type { ServerEra } from "../era/server-era.ts";
import { Refusal } from "../http/refusal.ts";
import type { AccessToken, Identity } from "../identity/identify.ts";
import { isSameOwner } from "../identity/owner.ts";
import type { TokenUses } from "../identity/revocation-watch.ts";
import { type Begun, type ChildWire, inItsWire } from "./handshake.ts";
import { RememberedSessions } from "./remembered-sessions.ts";
import { canReplace, replayedInitialize } from "./revival.ts";
import { type EndReason, type Session, type SessionPorts, startSession } from "./session.ts";
import type { StartSessionChild } from "./translated-child.ts";

export interface SessionsPorts extends SessionPorts {
  readonly slots: Slots;
  readonly failedStarts: FailedStarts;
  /** Starts a child of the modern wire, which is talked to by a translation. */
  readonly startTranslated: StartSessionChild;
  readonly era: ServerEra;
  readonly versions: VersionChoice;
  readonly records: McpSessions;
  /** The name of this replica; undefined: there is one alone. */
  readonly replica?: string | undefined;
  /** The server keeps a state that no handshake brings back: a session ends with its child. */
  readonly stateful: boolean;
}

/** What `initialize` led to: the child's answer with the client's id, and a session when it was a result. */
export interface Opened {
  readonly text: string;
  readonly session: Session | undefined;
}

/** The sessions of this proxy. */
export class Sessions implements TokenUses {
  readonly #ports: SessionsPorts;
  readonly #remembered: RememberedSessions;
  readonly #reviving = new Map<string, Promise<Session | undefined>>();
  readonly #open = new Map<string, Session>();
  /** Every session whose child has not ended, those being made or ended included. */
  readonly #running = new Set<Session>();
  #closed = false;

  constructor(ports: SessionsPorts) {
    this.#ports = ports;
    const { records, replica = "", logger, limits } = ports;
    this.#remembered = new RememberedSessions({
      records,
      replica,
      sessionIdle: limits.sessionIdle,
      logger,
      now: () => Date.now() / 1_000,
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Children that run, of ending sessions too. */
  get children(): number {
    return this.#running.size;
  }

  /** The session of that id, if it is this user's: to anyone else it does not exist. */
  find(id: string, identity: Identity): Session | undefined {
    const session = this.#open.get(id);
    if (session === undefined || !isSameOwner(session.owner, identity)) return undefined;
    this.#remembered.refresh(session);
    return session;
  }

  /** Requests that children are working on. */
  get atWork(): number {
    return this.all().reduce((sum, session) => sum + session.atWork, 0);
  }

  /** What is open now. */
  all(): readonly Session[] {
    return [...this.#open.values()];
  }

  tokensInUse(): readonly AccessToken[] {
    return this.all().flatMap((session) => session.tokensInUse());
  }

  endToken(jti: string, why: "revoked" | "expired"): void {
    for (const session of this.all()) session.endToken(jti, why);
  }

  /**
   * Gives a session whose child is gone another one, and the handshake once more; requests at one time share the attempt.
   * @throws {Refusal} beyond the limits, and when no child can be started
   */
  async revive(id: string, identity: Identity, idText: string): Promise<Session | undefined> {
    // What another replica remembers comes back there, or not at all: two would make two children of it.
    const mayReturn = !this.#ports.stateful && this.#ports.ids.isOwn(id);
    const record = mayReturn ? await this.#remembered.find(id, identity) : undefined;
    if (record === undefined) return undefined;
    const live = this.find(id, identity);
    if (live !== undefined) return live;
    const running =
      this.#reviving.get(id) ?? this.#revive(id, identity, record).finally(() => this.#reviving.delete(id));
    this.#reviving.set(id, running);
    return running.catch((error: unknown) => {
      throw error instanceof Refusal ? new Refusal(error.refusal, { ...error.details, idText }) : error;
    });
  }

  /** Ends a session, with a child or without; false when this user has none of that id. */
  async delete(id: string, identity: Identity): Promise<boolean> {
    if (!this.#deleteOpen(id, identity)) {
      if (!this.#ports.ids.isOwn(id)) return false;
      if ((await this.#remembered.find(id, identity)) === undefined) return false;
      this.#remembered.forget(id);
      this.#deleteOpen(id, identity); // it came back meanwhile; one that is still on its way is forgotten now
    }
    await this.#remembered.settled();
    return true;
  }

  #deleteOpen(id: string, identity: Identity): boolean {
    const session = this.find(id, identity);
    session?.end("deleted");
    return session !== undefined;
  }

  /**
   * Starts a child for a user and hands it the client's `initialize`.
   * @throws {Refusal} beyond the limits, and when the child cannot be started or does not answer
   */
  async open(owner: Identity, request: Request): Promise<Opened> {
    const { idText } = request;
    const { versions, metrics } = this.#ports;
    const asked = { method: request.method, startedAt: performance.now() };
    const text = renderInitialize(request, versions);
    const { session, outcome } = await this.#begin(owner, { ...request, text, idSpan: undefined }, idText);
    metrics.request(asked, outcome);
    const opened = this.#admit(session, outcome, idText);
    await this.#remembered.settled(); // an id that the client has is one that is kept
    return opened;
  }

  async #revive(id: string, owner: Identity, record: McpSession): Promise<Session | undefined> {
    const { versions, metrics, logger } = this.#ports;
    const { session, outcome } = await this.#begin(owner, replayedInitialize(record), "null", id);
    const response = this.#responseOf(session, outcome, "null");
    if (!canReplace(record, response, versions)) {
      session.end("refused");
      this.#remembered.forget(id);
      return undefined;
    }
    session.version = negotiatedVersion(response, versions);
    session.createdAt = record.createdAt * 1_000;
    await session.takeUp(response, record.setup);
    const isDeleted = !session.ended.aborted && (await this.#remembered.find(id, owner)) === undefined;
    if (isDeleted) {
      session.end("deleted"); // by its client, while it was coming back
      return undefined;
    }
    if (session.ended.aborted) throw new Refusal("server_exited", { data: { reason: "server_exited" } });
    this.#open.set(id, session);
    this.#remembered.keep(session);
    metrics.sessionsRevived += 1;
    logger.info("session revived", { session: session.digest, sessions: this.size });
    return session;
  }

  /** Ends all, bounded in time; new ones are refused from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const session of this.#running) session.end("shutdown", briefWaits);
    await Promise.all([...this.#running].map((session) => session.childEnded));
    await this.#remembered.settled();
  }

  /** Starts a child, of whichever wire, and hands it `initialize`. */
  #begin(owner: Identity, request: Request, idText: string, id?: string): Promise<Begun> {
    return inItsWire(this.#ports.era, idText, async (wire) => {
      const session = await this.#start(owner, idText, wire, id);
      return { session, outcome: await this.#handshake(session, request) };
    });
  }

  async #start(owner: Identity, idText: string, wire: ChildWire, id?: string): Promise<Session> {
    if (this.#closed) throw new Refusal("shutting_down", { idText });
    // Children that are still ending are bounded as well: ending takes deaf ones seconds.
    if (this.#running.size >= 2 * this.#ports.limits.sessions) throw new Refusal("too_many_sessions", { idText });
    this.#ports.failedStarts.check(owner.sub, idText);
    const free = this.#ports.slots.take(owner.sub, idText);
    try {
      const { startChild, startTranslated } = this.#ports;
      const ports = { ...this.#ports, startChild: wire === "legacy" ? startChild : startTranslated };
      const session = await startSession(owner, ports, id);
      this.#running.add(session);
      session.onOutdated = () => this.#remembered.keep(session);
      session.ended.addEventListener("abort", () => this.#forget(session, free), { once: true });
      if (this.#closed) session.end("shutdown", briefWaits);
      return session;
    } catch (cause) {
      free();
      this.#ports.failedStarts.failed(owner.sub);
      this.#ports.logger.error("MCP server not started", { cause });
      const { code } = cause as { code?: unknown };
      const reason = typeof code === "string" ? code.toLowerCase() : "cannot_start";
      throw new Refusal("server_not_started", { idText, data: { reason } });
    }
  }

  async #handshake(session: Session, request: Request): Promise<Outcome> {
    const outcome = await session.initialize(request);
    if (outcome.kind === "exited") this.#ports.failedStarts.failed(session.owner.sub);
    else this.#ports.failedStarts.succeeded(session.owner.sub);
    return outcome;
  }

  #responseOf(session: Session, outcome: Outcome, idText: string): Response {
    if (outcome.kind === "answered") return outcome.response;
    session.end("refused");
    throw startRefusal(outcome, idText);
  }

  #admit(session: Session, outcome: Outcome, idText: string): Opened {
    const response = this.#responseOf(session, outcome, idText);
    const text = renderWithId(response, idText);
    if (response.result === undefined) {
      session.end("refused");
      return { text, session: undefined };
    }
    session.version = negotiatedVersion(response, this.#ports.versions);
    if (session.version === undefined) {
      session.end("refused");
      throw new Refusal("server_version", { idText, data: { supported: this.#ports.versions.supported } });
    }
    this.#open.set(session.id, session);
    this.#remembered.keep(session);
    this.#ports.metrics.sessionsCreated += 1;
    this.#ports.logger.info("session created", { session: session.digest, sessions: this.size });
    return { text, session };
  }

  #forget(session: Session, free: () => void): void {
    const wasOpen = this.#open.delete(session.id);
    free();
    const reason = session.ended.reason as EndReason;
    if (wasOpen) this.#count(session, reason);
    this.#keepOrForget(session, reason);
    const stderr = reason === "exited" ? { stderr: session.stderrTail() } : {};
    const level = reason === "exited" ? "warn" : "info";
    this.#ports.logger[level]("session ended", { session: session.digest, reason, sessions: this.size, ...stderr });
    // After this event the session says when its child has ended.
    queueMicrotask(() => void session.childEnded.then(() => this.#running.delete(session)));
  }

  #count({ createdAt, exceeded }: Session, reason: EndReason): void {
    const counted = reason === "exited" && exceeded !== undefined ? "limit" : reason;
    this.#ports.metrics.sessionEnded(counted, (Date.now() - createdAt) / 1_000);
  }

  /** A session may outlive its child, save where the child's state cannot be made again, or it dies before it serves. */
  #keepOrForget(session: Session, reason: EndReason): void {
    if (session.version === undefined) return;
    const mayReturn = !this.#ports.stateful && (session.hasServed || !session.isRevived);
    if (reason === "shutdown" ? !this.#ports.stateful : reason === "exited" && mayReturn)
      this.#remembered.keep(session);
    else this.#remembered.forget(session.id);
  }
}
