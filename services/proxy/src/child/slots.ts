import type { Limits } from "../configuration/proxy-config.ts";
import { Refusal } from "../http/refusal.ts";

/** Counts sessions, and children that serve without one, against the limits; those that are being made included. */
export class Slots {
  readonly #limits: Pick<Limits, "sessions" | "sessionsPerUser">;
  readonly #perUser = new Map<string, number>();
  #total = 0;

  constructor(limits: Pick<Limits, "sessions" | "sessionsPerUser">) {
    this.#limits = limits;
  }

  /**
   * Takes a slot for a user; the function it gives frees it, once.
   * @throws {Refusal} when the user, or the service, has none left
   */
  take(sub: string, idText: string): () => void {
    const ofUser = this.#perUser.get(sub) ?? 0;
    if (ofUser >= this.#limits.sessionsPerUser) throw new Refusal("too_many_sessions_of_user", { idText });
    if (this.#total >= this.#limits.sessions) throw new Refusal("too_many_sessions", { idText });
    this.#perUser.set(sub, ofUser + 1);
    this.#total += 1;
    let taken = true;
    return () => {
      if (taken) this.#free(sub);
      taken = false;
    };
  }

  #free(sub: string): void {
    const left = (this.#perUser.get(sub) ?? 1) - 1;
    if (left === 0) this.#perUser.delete(sub);
    else this.#perUser.set(sub, left);
    this.#total -= 1;
  }
}
