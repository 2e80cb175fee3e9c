import { createHash, randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { IsToolAllowed, LegacyVersion, Message, Request } from "@gateway/protocol";
import { renderForChild } from "@gateway/protocol";
import type { EndWaits } from "@gateway/subprocess";
import type { Logger } from "@gateway/telemetry";
import { Calls, type Outcome } from "../child/calls.ts";
import type { Child, StartChild } from "../child/child.ts";
import type { Limits } from "../configuration/proxy-config.ts";
import { askedBy } from "./asked.ts";
import { Callbacks } from "./callbacks.ts";
import type { Conversation } from "./conversation.ts";
import { openEventStream } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import { takeFromChild } from "./from-child.ts";
import { takeFromClient } from "./from-client.ts";
import { Streams } from "./streams.ts";

/** Why a session ended. */
export type EndReason = "deleted" | "idle" | "exited" | "refused" | "abandoned" | "shutdown";

export interface SessionPorts {
  readonly startChild: StartChild;
  readonly limits: Limits;
  /** Which tools exist for clients; undefined: all. */
  readonly isToolAllowed: IsToolAllowed | undefined;
  readonly logger: Logger;
}

/** Starts a child and a session that owns it. @throws what `startChild` throws */
export async function startSession(sub: string, ports: SessionPorts): Promise<Session> {
  let session: Session | undefined;
  const child = await ports.startChild({ onMessage: (message) => session?.fromChild(message) });
  session = new Session(sub, child, ports);
  return session;
}

/** One client's conversation with one child, which serves nobody else before or after. */
export class Session {
  /** Unguessable; and yet no credential: every request's `sub` is compared too. */
  readonly id = randomBytes(24).toString("base64url");
  readonly sub: string;
  /** What both sides settled on. */
  version: LegacyVersion | undefined;
  readonly #child: Child;
  readonly #limits: Limits;
  readonly #conversation: Conversation;
  readonly #end = new AbortController();
  readonly #idle: NodeJS.Timeout;
  #childEnded: Promise<void> = Promise.resolve();

  constructor(sub: string, child: Child, { limits, isToolAllowed, logger }: SessionPorts) {
    this.sub = sub;
    this.#child = child;
    this.#limits = limits;
    const callbacks = new Callbacks((line, request) => {
      this.#conversation.streams.withdraw(request);
      child.send(line);
    });
    this.#conversation = {
      send: child.send,
      calls: new Calls(),
      callbacks,
      streams: new Streams(),
      taskTokens: new Map(),
      isToolAllowed,
      requestTimeout: limits.request,
      mostCalls: limits.pendingRequests,
      logger,
    };
    this.#idle = setTimeout(() => (this.#isBusy() ? this.#idle.refresh() : this.end("idle")), limits.sessionIdle);
    void child.gone.then(() => this.end("exited"));
  }

  /** Aborted, with an EndReason, when the session ends. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** What logs call it: of no use to whoever reads them. */
  get digest(): string {
    return createHash("sha256").update(this.id).digest("hex").slice(0, 12);
  }

  stderrTail(): string {
    return this.#child.stderrTail();
  }

  /** Sends the child `initialize`, and waits for its answer. */
  initialize(request: Request): Promise<Outcome> {
    const { calls, send } = this.#conversation;
    return new Promise((resolve) => {
      const call = calls.open(
        { asked: askedBy(request), exchange: undefined },
        this.#limits.startup,
        resolve,
        () => {},
      );
      send(renderForChild(request, { id: call.id, token: call.id }));
    });
  }

  /**
   * Takes the messages of one body. Answers to its requests go to `exchange`.
   * @throws {Refusal} when the child takes no input
   */
  accept(messages: readonly Message[], response?: { readonly exchange: Exchange; readonly res: ServerResponse }): void {
    this.#idle.refresh();
    if (response !== undefined) this.#attach(response.exchange, response.res);
    for (const message of messages) takeFromClient(this.#conversation, message, response?.exchange);
  }

  /** Opens the standalone stream, in place of one that is open. */
  openStream(res: ServerResponse, headers: Readonly<Record<string, string>>): void {
    this.#idle.refresh();
    this.#conversation.streams.open(openEventStream(res, headers));
    res.once("close", () => this.#idle.refresh());
  }

  fromChild(message: Message): void {
    if (!this.ended.aborted) takeFromChild(this.#conversation, message);
  }

  /** Ends the session, once: open calls get an error, streams end, and the child with its group is ended. */
  end(reason: EndReason, waits?: EndWaits): void {
    if (this.ended.aborted) return;
    this.#end.abort(reason);
    clearTimeout(this.#idle);
    const limit = this.#child.exceeded();
    this.#conversation.calls.close(reason === "exited" ? { kind: "exited", limit } : { kind: "ended" });
    this.#conversation.callbacks.end();
    this.#conversation.streams.end();
    this.#childEnded = this.#child.end(waits);
  }

  /** Resolves when the child and its whole group have ended; at once while the session lives. */
  get childEnded(): Promise<void> {
    return this.#childEnded;
  }

  #attach(exchange: Exchange, res: ServerResponse): void {
    const { streams } = this.#conversation;
    streams.attach(exchange);
    res.once("close", () => {
      streams.detach(exchange);
      this.#idle.refresh();
    });
  }

  #isBusy(): boolean {
    return this.#conversation.calls.size > 0 || this.#conversation.streams.hasOpen();
  }
}
