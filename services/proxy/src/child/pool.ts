import type { Logger } from "@gateway/telemetry";
import { briefWaits, type Child, type StartChild } from "./child.ts";
import { type Spare, startSpare } from "./spare.ts";

export interface PoolPorts {
  readonly startChild: StartChild;
  /** How many children wait for a session; 0: each is started when it is needed. */
  readonly warm: number;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** The child that was handed out answers first: starting the next one costs it time. */
const refillPause = 50;
/** A server that does not stay up is started again after a second, and then more and more seldom. */
const firstPause = 1_000;
const longestPause = 60_000;
/** One that lived this long did start. */
const settledAfter = 10_000;

/** Children of one MCP server that were started ahead. Each is handed out once, and never comes back. */
export class Pool {
  readonly #ports: PoolPorts;
  readonly #now: () => number;
  readonly #spares: Spare[] = [];
  #hits = 0;
  #misses = 0;
  #lost = 0;
  #pause = firstPause;
  #filling: Promise<void> | undefined;
  #refill: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(ports: PoolPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  /** `hits`: children that were handed out waiting; `misses`: those that had to be started although a pool is wanted. */
  get state(): { readonly warm: number; readonly ready: number; readonly hits: number; readonly misses: number } {
    return { warm: this.#ports.warm, ready: this.#spares.length, hits: this.#hits, misses: this.#misses };
  }

  /** How many ended before anyone needed them. */
  get lost(): number {
    return this.#lost;
  }

  /** A child that waits, else a new one; a new one where it is told whom it serves. @throws what `startChild` throws */
  readonly take: StartChild = async (listeners, user) => {
    if (user !== undefined) return this.#ports.startChild(listeners, user);
    const spare = this.#spares.shift();
    this.#schedule(refillPause);
    if (spare !== undefined) {
      this.#hits += 1;
      return spare.handOut(listeners);
    }
    if (this.#ports.warm > 0) this.#misses += 1;
    return this.#ports.startChild(listeners);
  };

  /** Starts what is missing, one after the other. */
  fill(): void {
    this.#filling ??= this.#startMissing().finally(() => {
      this.#filling = undefined;
    });
  }

  /** Ends all that wait, bounded in time. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refill);
    await this.#filling;
    await Promise.all(this.#spares.splice(0).map(({ child }) => child.end(briefWaits)));
  }

  async #startMissing(): Promise<void> {
    const { startChild, warm, logger } = this.#ports;
    try {
      while (!this.#closed && this.#spares.length < warm) {
        const spare = await startSpare(startChild);
        this.#spares.push(spare);
        const startedAt = this.#now();
        void spare.child.gone.then(() => this.#replace(spare, startedAt));
      }
    } catch (cause) {
      logger.error("MCP server not started ahead", { cause, pause: this.#pause });
      this.#retryLater();
    }
  }

  /** It ended before anyone needed it. */
  #replace(spare: Spare, startedAt: number): void {
    const at = this.#spares.indexOf(spare);
    if (at === -1) return;
    this.#lost += 1;
    this.#spares.splice(at, 1);
    void spare.child.end(briefWaits); // what is left of its group
    if (this.#now() - startedAt > settledAfter) this.#pause = firstPause;
    this.#ports.logger.warn("MCP server that was started ahead ended", tailOf(spare.child, this.#pause));
    this.#retryLater();
  }

  #retryLater(): void {
    this.#schedule(this.#pause);
    this.#pause = Math.min(2 * this.#pause, longestPause);
  }

  /** One that is due already stays: a request does not cut a pause short. */
  #schedule(milliseconds: number): void {
    if (this.#closed || this.#ports.warm === 0 || this.#refill !== undefined) return;
    this.#refill = setTimeout(() => {
      this.#refill = undefined;
      this.fill();
    }, milliseconds).unref();
  }
}

function tailOf(child: Child, pause: number) {
  return { pid: child.pid, stderr: child.stderrTail(), pause };
}
