import type { Slots } from "../child/slots.ts";
import { Refusal } from "../http/refusal.ts";

export interface InteractiveSlotsPorts {
  /** Those of the whole server: each of these takes one there too. */
  readonly slots: Pick<Slots, "take">;
  readonly max: number;
  /** The process that is to give way to another; undefined: each has something to do. */
  readonly idlest: () => { end(reason: "idle"): void } | undefined;
  /** Called when there is room again. */
  readonly onFree: () => void;
}

/**
 * Counts the processes whose calls may ask their users something, of all users together (mcp-wire.md §6): people take their
 * time, and sessions and other clients need slots too.
 */
export class InteractiveSlots {
  readonly #ports: InteractiveSlotsPorts;
  #taken = 0;

  constructor(ports: InteractiveSlotsPorts) {
    this.#ports = ports;
  }

  /** Whether one can be taken. */
  get hasRoom(): boolean {
    return this.#taken < this.#ports.max || this.#ports.idlest() !== undefined;
  }

  /**
   * Takes a slot for a user; at the limit the process that was idle for longest ends for it. The function it gives frees it.
   * @throws {Refusal} when there is none left, or none of the server's
   */
  take(sub: string, idText: string): () => void {
    const { slots, max, idlest } = this.#ports;
    if (this.#taken >= max) idlest()?.end("idle");
    if (this.#taken >= max) throw new Refusal("too_many_dialogues", { idText });
    const free = slots.take(sub, idText);
    this.#taken += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#free(free);
      isTaken = false;
    };
  }

  #free(free: () => void): void {
    free();
    this.#taken -= 1;
    this.#ports.onFree();
  }
}
