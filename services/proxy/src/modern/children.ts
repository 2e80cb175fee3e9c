import { type Message, wholeMessage } from "@gateway/protocol";
import type { Logger } from "@gateway/telemetry";
import { briefWaits, type Child, type StartChild } from "../child/child.ts";
import type { FailedStarts } from "../child/failed-starts.ts";
import type { Slots } from "../child/slots.ts";
import type { Limits } from "../configuration/proxy-config.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { ChildEnd, ServingChild } from "./serving-child.ts";

export interface ChildrenPorts {
  readonly startChild: StartChild;
  readonly slots: Pick<Slots, "take">;
  readonly failedStarts: FailedStarts;
  readonly limits: Limits;
  /** Whether a child is told whose it is. */
  readonly userEnv: boolean;
  readonly logger: Logger;
}

/** The children that serve requests of the modern wire. A child serves those of one owner, before and after. */
export class Children<Serving extends ServingChild> {
  readonly #ports: ChildrenPorts;
  readonly #byKey = new Map<string, Serving[]>();
  readonly #starting = new Map<string, Promise<Serving>>();
  /** Those that are ending included. */
  readonly #running = new Set<Serving>();
  #closed = false;

  constructor(ports: ChildrenPorts) {
    this.#ports = ports;
  }

  /** Processes, of ending children too. */
  get size(): number {
    return this.#running.size;
  }

  /** Requests that they are working on. */
  get atWork(): number {
    return [...this.#running].reduce((sum, { atWork }) => sum + atWork, 0);
  }

  /** Takes what runs under some keys out of use. */
  retire(isOver: (key: string) => boolean): void {
    for (const [key, serving] of [...this.#byKey]) {
      if (!isOver(key)) continue;
      this.#byKey.delete(key);
      for (const each of serving) each.retire();
    }
  }

  /** Those under a key that take requests, the oldest first. */
  of(key: string): readonly Serving[] {
    return (this.#byKey.get(key) ?? []).filter(({ takesRequests }) => takesRequests);
  }

  /**
   * The oldest child under a key, started where there is none; requests at one time share the start. Gives no promise where
   * there is nothing to wait for.
   * @throws {Refusal} beyond the limits, and when none can be started
   */
  shared(key: string, owner: Identity, idText: string, make: MakeChild<Serving>): Serving | Promise<Serving> {
    const oldest = this.#byKey.get(key)?.find(({ takesRequests }) => takesRequests);
    if (oldest !== undefined) return oldest;
    const starting =
      this.#starting.get(key) ?? this.start(key, owner, idText, make).finally(() => this.#starting.delete(key));
    this.#starting.set(key, starting);
    return starting.catch((error: unknown) => {
      throw error instanceof Refusal ? new Refusal(error.refusal, { ...error.details, idText }) : error;
    });
  }

  /** Starts a child under a key. @throws {Refusal} beyond the limits, and when it cannot be started */
  async start(key: string, owner: Identity, idText: string, make: MakeChild<Serving>): Promise<Serving> {
    const { limits, slots, failedStarts, logger } = this.#ports;
    if (this.#closed) throw new Refusal("shutting_down", { idText });
    // Children that are still ending are bounded as well: ending takes deaf ones seconds.
    if (this.#running.size >= 2 * limits.sessions) throw new Refusal("too_many_sessions", { idText });
    failedStarts.check(owner.sub, idText);
    const free = slots.take(owner.sub, idText);
    const serving = await this.#spawn(owner, make).catch((cause: unknown) => {
      free();
      failedStarts.failed(owner.sub);
      logger.error("MCP server not started", { cause });
      const { code } = cause as { code?: unknown };
      const reason = typeof code === "string" ? code.toLowerCase() : "cannot_start";
      throw new Refusal("server_not_started", { idText, data: { reason } });
    });
    this.#running.add(serving);
    serving.ended.addEventListener("abort", () => this.#forget(key, serving, free), { once: true });
    if (this.#closed) serving.end("shutdown", briefWaits);
    await serving.ready(idText).catch((error: unknown) => {
      failedStarts.failed(owner.sub);
      serving.end("refused");
      throw error;
    });
    failedStarts.succeeded(owner.sub);
    if (!serving.ended.aborted) this.#byKey.set(key, [...this.of(key), serving]);
    return serving;
  }

  /** Ends all, bounded in time; new ones are refused from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const serving of this.#running) serving.end("shutdown", briefWaits);
    await Promise.all([...this.#running].map(({ childEnded }) => childEnded));
  }

  async #spawn(owner: Identity, make: MakeChild<Serving>): Promise<Serving> {
    const { startChild, userEnv } = this.#ports;
    let serving: Serving | undefined;
    const listeners = { onMessage: (message: Message) => serving?.fromChild(wholeMessage(message)) };
    const child = await startChild(listeners, userEnv ? owner : undefined);
    serving = make(child);
    return serving;
  }

  #forget(key: string, serving: Serving, free: () => void): void {
    free();
    const left = this.of(key).filter((each) => each !== serving);
    if (left.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, left);
    const reason = serving.ended.reason as ChildEnd;
    const stderr = reason === "exited" ? { stderr: serving.stderrTail() } : {};
    this.#ports.logger[reason === "exited" ? "warn" : "info"]("MCP server of a user ended", { reason, ...stderr });
    queueMicrotask(() => void serving.childEnded.then(() => this.#running.delete(serving)));
  }
}

/** Makes of a process a child that serves. */
export type MakeChild<Serving extends ServingChild> = (child: Child) => Serving;
