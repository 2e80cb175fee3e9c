import { setTimeout as delay } from "node:timers/promises";
import type { Replicas } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { Refusal } from "../http/refusal.ts";

export interface RegistryOptions {
  /** Of this replica. */
  readonly name: string;
  readonly records: Replicas;
  readonly logger: Logger;
  /** Milliseconds between two heartbeats. */
  readonly interval?: number;
  /** Milliseconds after its last heartbeat for which a replica counts as alive. */
  readonly lifetime?: number;
}

const defaultInterval = 1_000;
const defaultLifetime = 5_000;

/**
 * Who of a server's replicas is alive, by their heartbeats in the store they share. What is known is kept here, so that no
 * request waits for the store; once it is as old as a heartbeat may be, nothing is known: dead and unheard are two things.
 */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #lifetime: number;
  readonly #end = new AbortController();
  readonly #suspects = new Map<string, number>();
  #live: ReadonlyMap<string, string> = new Map();
  #heardAt = Number.NEGATIVE_INFINITY;
  #isSilent = false;
  #onBeat: () => void = () => {};
  #beating: Promise<void> = Promise.resolve();
  #hasLeft = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#lifetime = options.lifetime ?? defaultLifetime;
  }

  /** Calls back after each heartbeat, also one that the store did not take. */
  onBeat(listener: () => void): void {
    this.#onBeat = listener;
  }

  /** Whether what is known still holds. */
  get isCurrent(): boolean {
    return performance.now() - this.#heardAt < this.#lifetime;
  }

  /** Those alive, this one among them. @throws {Refusal} when it cannot be known */
  live(): readonly string[] {
    if (!this.isCurrent) throw new Refusal("replicas_unknown");
    const now = performance.now();
    return [...this.#live.keys()].filter((name) => (this.#suspects.get(name) ?? now) <= now);
  }

  /** Where a replica is reached; undefined: it is not alive. @throws {Refusal} when it cannot be known */
  addressOf(name: string): string | undefined {
    return this.live().includes(name) ? this.#live.get(name) : undefined;
  }

  /** It could not be reached: it counts as dead for as long as it would without a heartbeat. */
  suspect(name: string): void {
    this.#suspects.set(name, performance.now() + this.#lifetime);
    this.#options.logger.warn("replica not reached", { replica: name });
  }

  /** Says from now on that this replica lives, at that address. Resolves after the first attempt. */
  async join(address: string): Promise<void> {
    await this.#beat(address);
    void this.#run(address);
  }

  /** Says that it lives no longer. What becomes of the others is still heard, until `close`. */
  async leave(): Promise<void> {
    const { name, records, logger } = this.#options;
    this.#hasLeft = true;
    await this.#beating; // a heartbeat on its way would outlive the leave
    this.#live = new Map([...this.#live].filter(([each]) => each !== name));
    await records.leave(name).catch((cause: unknown) => logger.warn("replica could not take its leave", { cause }));
  }

  close(): void {
    this.#end.abort();
  }

  async #run(address: string): Promise<void> {
    const { signal } = this.#end;
    const interval = this.#options.interval ?? defaultInterval;
    const pause = () => delay(interval, true, { signal, ref: false }).catch(() => false);
    while (await pause()) {
      this.#beating = this.#beat(address);
      await this.#beating;
    }
  }

  async #beat(address: string): Promise<void> {
    const { name, records, logger } = this.#options;
    const at = performance.now();
    try {
      const before = await records.live();
      if (!this.#hasLeft) await records.heartbeat({ name, address }, (Date.now() + this.#lifetime) / 1_000);
      this.#checkName(before, address);
      this.#hear(new Map([...before, { name, address }].map((each) => [each.name, each.address] as const)));
      this.#heardAt = at;
    } catch (cause) {
      if (!this.#isSilent) logger.warn("replicas cannot be looked up", { cause });
      this.#isSilent = true;
    }
    this.#onBeat();
  }

  /** Two of one name would take each other's sessions for their own. */
  #checkName(live: Awaited<ReturnType<Replicas["live"]>>, address: string): void {
    const { name, logger } = this.#options;
    const other = live.find((each) => each.name === name && each.address !== address);
    if (other === undefined || !this.#live.has(name)) return; // of one that was killed here before
    logger.error("another replica has this one's name: set REPLICA_NAME", { name, address: other.address });
  }

  #hear(live: Map<string, string>): void {
    if (this.#hasLeft) live.delete(this.#options.name);
    const names = [...live.keys()].sort();
    const isNews = this.#isSilent || names.join() !== [...this.#live.keys()].sort().join();
    this.#live = live;
    this.#isSilent = false;
    if (isNews) this.#options.logger.info("replicas that are alive", { replicas: names });
  }
}
