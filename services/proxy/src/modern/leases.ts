import type { Limits } from "../configuration/proxy-config.ts";
import { Counts } from "../counts.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { BridgedChild } from "./bridged/child.ts";
import type { Children, MakeChild } from "./children.ts";
import type { Exchange } from "./exchange.ts";
import type { InteractiveSlots } from "./interactive-slots.ts";

/** How long the process may take to end in which a call that gives way does not end. */
const longestEnd = 2_000;
/** Milliseconds that a client which is asked has to answer while others wait. */
const patience = 60_000;
/** Calls of one key that may wait for people. */
const longestLine = 32;

/** A call that may call back, and wants a child for itself. */
export interface Wanting {
  /** Whose children it may have: of one user and one set of capabilities. */
  readonly key: string;
  readonly owner: Identity;
  readonly idText: string;
  readonly make: MakeChild<BridgedChild>;
  /** Where its client waits. */
  readonly exchange: Pick<Exchange, "isOpen" | "onGone" | "openStream">;
}

type LeasedChildren = Pick<Children<BridgedChild>, "of" | "shared" | "start">;

/** Hands each child to one call at a time, in the order in which the calls came (mcp-wire.md §5.3). */
export class Leases {
  readonly #children: LeasedChildren;
  readonly #slots: Pick<InteractiveSlots, "hasRoom">;
  readonly #limits: Pick<Limits, "leases" | "request" | "drain">;
  /** Called when something may have become free, by key. */
  readonly #sleeping = new Map<string, (() => void)[]>();
  /** Those that are being started to be leased, by key. */
  readonly #starting = new Counts<string>();
  /** The calls that wait, the first that came first, by key. */
  readonly #lines = new Map<string, readonly Waiting[]>();

  /** @param slots of which each of the children has one */
  constructor(
    children: LeasedChildren,
    slots: Pick<InteractiveSlots, "hasRoom">,
    limits: Pick<Limits, "leases" | "request" | "drain">,
  ) {
    this.#children = children;
    this.#slots = slots;
    this.#limits = limits;
  }

  /** Something under a key may have become free. */
  wake(key: string): void {
    const sleeping = this.#sleeping.get(key) ?? [];
    this.#sleeping.delete(key);
    for (const wake of sleeping) wake();
  }

  /** There may be room for another child, whosever. */
  wakeAll(): void {
    for (const key of [...this.#sleeping.keys()]) this.wake(key);
  }

  /** A certain child, unless it has ended, waits for its client, or is long at work on something else. */
  takeAgain(key: string, isWanted: (child: BridgedChild) => boolean): Promise<BridgedChild | undefined> {
    const isVain = () => this.#children.of(key).find(isWanted)?.parked !== undefined;
    const { wait } = this.#limits.leases;
    return this.#takeFree(key, this.#children.of(key).some(isWanted) ? wait : 0, isVain, isWanted);
  }

  /**
   * The oldest child that is free, else, after a while, another one. At the limit a call that waits for its client is
   * given up, the one asked longest ago: declining is silence in this wire, so it is the one least likely to go on. A call
   * that finds none of those, or others that wait, stands in line.
   * @throws {Refusal} beyond the limits, and when none can be started
   */
  async take(wanting: Wanting): Promise<BridgedChild> {
    const { key, owner, idText, make } = wanting;
    const cameAt = Date.now();
    if (this.#children.of(key).length === 0) await this.#children.shared(key, owner, idText, make);
    const free = this.#lineOf(key).length > 0 ? undefined : await this.#takeSoon(key);
    if (free !== undefined) return free;
    const next = await this.#waitInLine(wanting, cameAt);
    if (next === undefined) throw new Refusal("too_many_dialogues", { idText });
    return next;
  }

  /** One that is free, or becomes free in a moment; not where each waits for its client. */
  #takeSoon(key: string): Promise<BridgedChild | undefined> {
    return this.#takeFree(key, this.#limits.leases.wait, () => this.#children.of(key).every(({ parked }) => parked));
  }

  /** Undefined: none became free, or its client has gone. */
  async #waitInLine(wanting: Wanting, cameAt: number): Promise<BridgedChild | undefined> {
    const { key, exchange } = wanting;
    const before = this.#lineOf(key);
    const isNext = before.every((each) => each.hasPlace);
    const hasPlace = this.#hasRoom(key, before.length) || (isNext && this.#giveUpOldest(key, cameAt));
    const waiting = { ...wanting, hasPlace };
    this.#lines.set(key, [...before, waiting]);
    exchange.onGone(() => this.wake(key));
    try {
      return (await this.#next(waiting, this.#roomWait)) ?? (await this.#waitForPeople(waiting));
    } finally {
      this.#leave(waiting);
    }
  }

  /**
   * People are asked and have not answered yet: their answers make room. Who takes longer than a minute gives way. Where
   * all are at work nobody knows that anything makes room: the client is better told to come again.
   */
  async #waitForPeople(waiting: Waiting): Promise<BridgedChild | undefined> {
    const { key, exchange } = waiting;
    if (this.#oldestParked(key) === undefined || this.#lineOf(key).indexOf(waiting) >= longestLine) return undefined;
    exchange.openStream();
    const until = Date.now() + this.#limits.request;
    while (exchange.isOpen && Date.now() < until) {
      const oldest = this.#isFirst(waiting) ? this.#oldestParked(key)?.parked : undefined;
      const left = oldest === undefined ? this.#roomWait : oldest.askedAt + patience - Date.now();
      if (left <= 0) this.#giveUpOldest(key, Date.now());
      const next = await this.#next(waiting, Math.min(left <= 0 ? this.#roomWait : left, until - Date.now()));
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** When it is its turn: one that is free, or another one. Undefined: not in that time, or its client has gone. */
  async #next(waiting: Waiting, milliseconds: number): Promise<BridgedChild | undefined> {
    const { key, exchange } = waiting;
    const until = Date.now() + milliseconds;
    while (exchange.isOpen) {
      const free = this.#isFirst(waiting) ? this.#children.of(key).find(({ isFree }) => isFree) : undefined;
      if (free !== undefined) return taken(free);
      if (this.#isFirst(waiting) && this.#hasRoom(key)) return this.#startAnother(waiting);
      if (Date.now() >= until) return undefined;
      await this.#untilWoken(key, until - Date.now());
    }
    return undefined;
  }

  /** How long the call that gives way may take to end, and the process that may have to be ended with it. */
  get #roomWait(): number {
    return this.#limits.drain + longestEnd;
  }

  #lineOf(key: string): readonly Waiting[] {
    return this.#lines.get(key) ?? [];
  }

  #isFirst(waiting: Waiting): boolean {
    return this.#lineOf(waiting.key)[0] === waiting;
  }

  #leave(waiting: Waiting): void {
    const { key } = waiting;
    const left = this.#lineOf(key).filter((each) => each !== waiting);
    if (left.length > 0) this.#lines.set(key, left);
    else this.#lines.delete(key);
    this.wake(key); // it is the next one's turn
  }

  /** @param others that it is promised to */
  #hasRoom(key: string, others = 0): boolean {
    const promised = this.#children.of(key).length + this.#starting.of(key) + others;
    return promised < this.#limits.leases.maxPerUser && this.#slots.hasRoom;
  }

  /** It is this call's from the start. */
  async #startAnother(waiting: Waiting): Promise<BridgedChild> {
    const { key, owner, idText, make } = waiting;
    this.#starting.add(key);
    this.#leave(waiting);
    try {
      return await this.#children.start(key, owner, idText, (child) => taken(make(child)));
    } finally {
      this.#starting.remove(key);
      this.wake(key); // where it could not be started there is room again
    }
  }

  /** @param isVain whether nothing can become free by itself */
  async #takeFree(
    key: string,
    milliseconds: number,
    isVain: () => boolean,
    isWanted: (child: BridgedChild) => boolean = () => true,
  ): Promise<BridgedChild | undefined> {
    const until = Date.now() + milliseconds;
    for (;;) {
      const free = this.#children.of(key).find((child) => child.isFree && isWanted(child));
      if (free !== undefined) return taken(free);
      if (isVain() || Date.now() >= until) return undefined;
      await this.#untilWoken(key, until - Date.now());
    }
  }

  #oldestParked(key: string): BridgedChild | undefined {
    const parked = this.#children.of(key).filter((child) => child.parked !== undefined);
    return parked.sort((one, other) => (one.parked?.askedAt ?? 0) - (other.parked?.askedAt ?? 0))[0];
  }

  /** False: no call waits for a client that was asked before then. */
  #giveUpOldest(key: string, askedBefore: number): boolean {
    const child = this.#oldestParked(key);
    const call = child?.parked;
    if (child === undefined || call === undefined || call.askedAt > askedBefore) return false;
    child.abandon(call, "cancelled");
    return true;
  }

  #untilWoken(key: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#sleeping.set(key, [...(this.#sleeping.get(key) ?? []), wake]);
    });
  }
}

interface Waiting extends Wanting {
  /** There is room for it, or a call has given way for it. */
  readonly hasPlace: boolean;
}

function taken(child: BridgedChild): BridgedChild {
  child.take();
  return child;
}
