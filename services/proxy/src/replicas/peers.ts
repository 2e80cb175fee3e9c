import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Replicas } from "@gateway/store";
import { writeJson } from "../http/answers.ts";
import { readBoundedText } from "../identity/bounded-text.ts";
import { Addresses, type LookUp } from "./addresses.ts";

export interface PeersOptions {
  /** Of this replica. */
  readonly name: string;
  /** Where the replicas are, this one among them or not: a host may have an address for each of them. */
  readonly urls: readonly string[];
  /** Milliseconds after its last answer for which a replica counts as alive. */
  readonly lifetime?: number;
  /** By default this machine's own resolver. */
  readonly lookUp?: LookUp;
}

/** Where replicas ask each other whether they live. */
const replicaPath = "/replica";

const defaultLifetime = 5_000;
/** Milliseconds in which a replica says that it lives. */
const patience = 900;
/** Bytes. */
const largestAnswer = 1_024;
const nameForm = /^[\w-]{1,64}$/;

interface Heard {
  readonly address: string;
  /** By `performance.now()`. */
  readonly at: number;
}

/**
 * Replicas that find each other without a store: each asks all addresses that it was given names of (docs/decisions/0155).
 * Nothing is shared, and so nothing is there that a child could read or write.
 */
export class Peers implements Replicas {
  readonly #options: PeersOptions;
  /** Tells this one from another of its name, which an answer alone would not. */
  readonly #instance = randomBytes(9).toString("base64url");
  readonly #heard = new Map<string, Heard>();
  readonly #addresses: Addresses;
  #isAlive = false;

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#addresses = new Addresses(options.lookUp);
  }

  /** GET /replica: which one this is; 503 once it has left, and before it has come. */
  answer(res: ServerResponse): void {
    const body = { replica: this.#options.name, instance: this.#instance };
    writeJson(res, this.#isAlive ? 200 : 503, JSON.stringify(body), { "cache-control": "no-store" });
  }

  async heartbeat(): Promise<void> {
    this.#isAlive = true;
  }

  async leave(): Promise<void> {
    this.#isAlive = false;
  }

  async live(): Promise<readonly { readonly name: string; readonly address: string }[]> {
    const { urls, lifetime = defaultLifetime } = this.#options;
    const addresses = await Promise.all(urls.map((url) => this.#addresses.of(url)));
    await Promise.all([...new Set(addresses.flat())].map((address) => this.#ask(address)));
    const oldest = performance.now() - lifetime;
    for (const [name, { at }] of this.#heard) if (at < oldest) this.#heard.delete(name);
    return [...this.#heard].map(([name, { address }]) => ({ name, address }));
  }

  async #ask(address: string): Promise<void> {
    const answer = await ask(address);
    if (answer === undefined || answer.instance === this.#instance) return;
    if (answer.isAlive) this.#heard.set(answer.name, { address, at: performance.now() });
    else if (this.#heard.get(answer.name)?.address === address) this.#heard.delete(answer.name);
  }
}

/** Undefined: there is no replica. By its address, so that it is this machine's own check there. */
async function ask(address: string) {
  try {
    const response = await fetch(address + replicaPath, { redirect: "error", signal: AbortSignal.timeout(patience) });
    const { replica: name, instance } = JSON.parse(await readBoundedText(response, largestAnswer)) as Record<
      string,
      unknown
    >;
    if (typeof name !== "string" || !nameForm.test(name) || typeof instance !== "string") return undefined;
    return { name, instance, isAlive: response.status === 200 };
  } catch {
    return undefined; // gone, or hung: silence, until it has lasted
  }
}
