import { type LogLevel, logLevels, type Params } from "@gateway/protocol";
import type { ServingChild } from "../serving-child.ts";

/** How much a legacy child says: as much as the most curious request wants; each gets its own part of it. */
export class ChildLogLevel {
  readonly #ask: ServingChild["ask"];
  #level: LogLevel | undefined;

  constructor(ask: ServingChild["ask"]) {
    this.#ask = ask;
  }

  /** A request wants so much, or nothing. @param initialized what the child gave in the handshake */
  raise(wanted: LogLevel | undefined, initialized: Params): void {
    const { logging } = (initialized.capabilities ?? {}) as Params;
    if (wanted === undefined || logging === undefined) return;
    if (this.#level !== undefined && logLevels.indexOf(this.#level) <= logLevels.indexOf(wanted)) return;
    this.#level = wanted;
    void this.#ask("logging/setLevel", { level: wanted });
  }
}
