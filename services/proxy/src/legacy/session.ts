import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { About, IsToolAllowed, LegacyVersion, Message, Params, Request, Response } from "@gateway/protocol";
import { allowedByBoth, compileToolRules, parseMessages, renderCancellation, renderForChild } from "@gateway/protocol";
import type { McpSessionSetup } from "@gateway/store";
import type { EndWaits } from "@gateway/subprocess";
import type { Logger } from "@gateway/telemetry";
import { Calls, type Outcome } from "../child/calls.ts";
import type { Limits } from "../configuration/proxy-config.ts";
import type { AccessToken, Identity } from "../identity/identify.ts";
import type { Owner } from "../identity/owner.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { SessionIds } from "../replicas/session-ids.ts";
import { askedBy } from "./asked.ts";
import { Callbacks } from "./callbacks.ts";
import { ClientSetup } from "./client-setup.ts";
import type { Conversation } from "./conversation.ts";
import type { ResponseOptions } from "./exchange.ts";
import { takeFromChild } from "./from-child.ts";
import { takeFromClient } from "./from-client.ts";
import type { StreamOptions } from "./resumable-stream.ts";
import { initializedLine, listChanges, listTools, replayedRequest } from "./revival.ts";
import { revokeCalls, tokensInUse } from "./revocation.ts";
import { Streams } from "./streams.ts";
import type { SessionChild, StartSessionChild } from "./translated-child.ts";

/** Milliseconds for all that is set up again in another child. */
const longestSetup = 5_000;

/** Why a session ended. */
export type EndReason = "deleted" | "idle" | "exited" | "refused" | "abandoned" | "shutdown";

export interface SessionPorts {
  readonly startChild: StartSessionChild;
  readonly limits: Limits;
  readonly ids: SessionIds;
  /** Which tools exist for clients; undefined: all. */
  readonly isToolAllowed: IsToolAllowed | undefined;
  /** Whether a child is told whose session it is. */
  readonly userEnv: boolean;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Starts a child and a session that owns it.
 * @param id of a session that is brought back
 * @throws what `startChild` throws
 */
export async function startSession(
  owner: Owner & Pick<Identity, "name">,
  ports: SessionPorts,
  id?: string,
): Promise<Session> {
  let session: Session | undefined;
  const listeners = { onMessage: (message: Message, about?: About) => session?.fromChild(message, about) };
  const child = await ports.startChild(listeners, ports.userEnv ? owner : undefined);
  session = new Session(owner, child, ports, id);
  return session;
}

/** One client's conversation with one child, which serves nobody else before or after. */
export class Session {
  /** Of `SessionIds`. */
  readonly id: string;
  readonly owner: Owner;
  /** It had another child before this one. */
  readonly isRevived: boolean;
  /** Milliseconds since the epoch, as all times here. */
  createdAt = Date.now();
  lastAccessed = Date.now();
  rememberedAt = 0;
  /** The client's own. */
  initializeParams: Params = {};
  /** What both sides settled on. */
  version: LegacyVersion | undefined;
  /** What the client has set up in its server. */
  readonly setup = new ClientSetup();
  /** Called when that is different, and when it was in use for all its idle time without a request: what is kept of it is old. */
  onOutdated: () => void = () => {};
  readonly #child: SessionChild;
  readonly #limits: Limits;
  readonly #conversation: Conversation;
  readonly #end = new AbortController();
  readonly #idle: NodeJS.Timeout;
  #childEnded: Promise<void> = Promise.resolve();
  readonly #exited: Promise<void>;
  #answers = 0;
  /** Those that the client did not ask for now. */
  #ownAnswers = 1;

  constructor({ sub, clientId, tools }: Owner, child: SessionChild, ports: SessionPorts, id?: string) {
    const { limits, isToolAllowed, metrics, logger } = ports;
    this.id = id ?? ports.ids.make();
    this.isRevived = id !== undefined;
    this.owner = { sub, clientId, ...(tools === undefined ? {} : { tools }) };
    this.#child = child;
    this.#limits = limits;
    const refuse = (line: string, request: Pick<Request, "kind" | "idText">) => {
      this.#conversation.streams.withdraw(request);
      child.send(line);
    };
    const callbacks = new Callbacks(limits.callback, refuse, (call) => this.#conversation.calls.resume(call));
    this.#conversation = {
      send: child.send,
      calls: new Calls(),
      callbacks,
      streams: new Streams(limits, () => this.#touch()),
      taskTokens: new Map(),
      isToolAllowed: allowedByBoth(isToolAllowed, compileToolRules({ allow: tools })),
      requestTimeout: limits.request,
      mostCalls: limits.pendingRequests,
      onSetup: (change) => {
        if (this.setup.note(change)) this.onOutdated();
      },
      metrics,
      logger,
    };
    this.#idle = setTimeout(() => (this.#isBusy() ? this.#goOn() : this.end("idle")), limits.sessionIdle);
    this.#exited = child.gone.then(() => this.end("exited"));
  }

  /** Aborted, with an EndReason, when the session ends. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** What logs call it: of no use to whoever reads them. */
  get digest(): string {
    return createHash("sha256").update(this.id).digest("hex").slice(0, 12);
  }

  /** Of the child. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Event streams that somebody reads. */
  get openStreams(): number {
    return this.#conversation.streams.open;
  }

  /** Requests that its child is working on. */
  get atWork(): number {
    return this.#conversation.calls.size;
  }

  /** The limit for which its child was ended; undefined: for none. */
  get exceeded(): string | undefined {
    return this.#child.exceeded();
  }

  /** Its child takes nothing more: it is ending by itself. */
  get hasExited(): boolean {
    return this.#child.hasExited();
  }

  /** Resolves when its child has exited, all that it said was taken, and the session has ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  stderrTail(): string {
    return this.#child.stderrTail();
  }

  /** Sends the child `initialize`, and waits for its answer. */
  initialize(request: Request): Promise<Outcome> {
    this.initializeParams = request.params;
    return this.#ask(request, this.#limits.startup);
  }

  /**
   * Takes the messages of one body. Answers to its requests go to the response.
   * @throws {Refusal} when the child takes no input
   */
  accept(messages: readonly Message[], response?: { readonly res: ServerResponse } & ResponseOptions): void {
    this.#touch();
    const exchange = response && this.#conversation.streams.respond(response.res, response);
    for (const message of messages) takeFromClient(this.#conversation, message, exchange);
  }

  /** Opens the standalone stream, in place of one that is open. */
  listen(res: ServerResponse, options: StreamOptions): void {
    this.#keepBusy(res);
    this.#conversation.streams.listen(res, options);
  }

  /** Goes on with the stream that the event was on; false when it is not known, or what came after is not. */
  resume(res: ServerResponse, options: StreamOptions, lastEventId: string): boolean {
    this.#keepBusy(res);
    return this.#conversation.streams.resume(res, options, lastEventId);
  }

  hasEvent(id: string): boolean {
    return this.#conversation.streams.hasEvent(id);
  }

  /** The access tokens on which open streams and running calls rest. */
  tokensInUse(): readonly AccessToken[] {
    return tokensInUse(this.#conversation);
  }

  /** Ends the streams of a token, and where it was revoked its calls; the session goes on for others of its owner. */
  endToken(jti: string, why: "revoked" | "expired"): void {
    if (why === "revoked") revokeCalls(this.#conversation, jti);
    this.#conversation.streams.disconnect(jti);
  }

  /**
   * Ends the handshake in the client's place, sets up again what it had set up, and tells it what to ask for again.
   * Resolves when the child has answered all that; a deaf one is not waited for long.
   */
  async takeUp(initialized: Response, setup: McpSessionSetup = { subscriptions: [] }): Promise<void> {
    const { send, streams } = this.#conversation;
    send(initializedLine);
    const requests = this.setup.restore(setup).map(replayedRequest);
    const ask = (request: Request) => this.#ask(request, longestSetup);
    await Promise.all([...requests.map(ask), this.#child.tellsAsListed && listTools(ask)]);
    this.#ownAnswers = this.#answers;
    const changes = listChanges(initialized).flatMap((line) => parseMessages(line).messages);
    for (const change of changes) if (change.kind === "notification") streams.send(change, change.text, 0);
  }

  /** Whether this child answered anything that the client asked beyond `initialize`. */
  get hasServed(): boolean {
    return this.#answers > this.#ownAnswers;
  }

  fromChild(message: Message, about?: About): void {
    if (message.kind === "response") this.#answers += 1;
    if (!this.ended.aborted) takeFromChild(this.#conversation, message, about);
  }

  /** Ends the session, once: open calls are cancelled and get an error, streams end, the child with its group is ended. */
  end(reason: EndReason, waits?: EndWaits): void {
    if (this.ended.aborted) return;
    this.#end.abort(reason);
    clearTimeout(this.#idle);
    const limit = this.#child.exceeded();
    if (!this.#child.hasExited()) this.#cancelAll(reason);
    this.#conversation.calls.close(reason === "exited" ? { kind: "exited", limit } : { kind: "ended" });
    this.#conversation.callbacks.end();
    this.#conversation.streams.end();
    this.#childEnded = this.#child.end(waits);
  }

  /** Resolves when the child and its whole group have ended; at once while the session lives. */
  get childEnded(): Promise<void> {
    return this.#childEnded;
  }

  /** Tells the child that its client waits for nothing more (mcp-wire.md §1.4); `initialize` must not be cancelled. */
  #cancelAll(reason: EndReason): void {
    const { calls, send } = this.#conversation;
    for (const { id, detail } of calls.all()) {
      if (detail.exchange !== undefined) send(renderCancellation(id, reason));
    }
  }

  /** Asks the child something of our own, whatever else it is being asked. */
  #ask(request: Request, timeout: number): Promise<Outcome> {
    const { calls, send } = this.#conversation;
    return new Promise((resolve) => {
      const call = calls.open({ asked: askedBy(request), exchange: undefined }, timeout, resolve, () => {});
      send(renderForChild(request, { id: call.id, token: call.id }));
    });
  }

  #keepBusy(res: ServerResponse): void {
    this.#touch();
    res.on("close", () => this.#touch());
  }

  #touch(): void {
    if (this.ended.aborted) return;
    this.lastAccessed = Date.now();
    this.#idle.refresh();
  }

  #goOn(): void {
    this.#idle.refresh();
    this.onOutdated();
  }

  #isBusy(): boolean {
    return this.#conversation.calls.size > 0 || this.#conversation.streams.hasOpen();
  }
}
