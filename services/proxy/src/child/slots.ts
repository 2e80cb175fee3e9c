import type { Limits } from "../configuration/proxy-config.ts";
import { Counts } from "../counts.ts";
import { Refusal } from "../http/refusal.ts";

/** Counts sessions, and children that serve without one, against the limits; those that are being made included. */
export class Slots {
  readonly #limits: Pick<Limits, "sessions" | "sessionsPerUser">;
  readonly #taken = new Counts<string>();

  constructor(limits: Pick<Limits, "sessions" | "sessionsPerUser">) {
    this.#limits = limits;
  }

  /**
   * Takes a slot for a user; the function it gives frees it, once.
   * @throws {Refusal} when the user, or the service, has none left
   */
  take(sub: string, idText: string): () => void {
    const { sessions, sessionsPerUser } = this.#limits;
    if (this.#taken.of(sub) >= sessionsPerUser) throw new Refusal("too_many_sessions_of_user", { idText });
    if (this.#taken.total >= sessions) throw new Refusal("too_many_sessions", { idText });
    this.#taken.add(sub);
    let isTaken = true;
    return () => {
      if (isTaken) this.#taken.remove(sub);
      isTaken = false;
    };
  }
}
