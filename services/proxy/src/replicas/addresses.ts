import { lookup } from "node:dns/promises";
import { setTimeout as delay } from "node:timers/promises";

/** All addresses of a host; rejects as `dns.lookup` does. */
export type LookUp = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** Milliseconds for a name to lead somewhere; a resolver whose packet is lost asks again after seconds only (resolv.conf, `timeout`). */
const patience = 300;

/**
 * Where hosts are, by their names. What was found last holds while no answer is had, so that a lost packet of a name server
 * makes nobody unknown; and of a host one lookup runs at a time, since each may occupy a thread for seconds.
 */
export class Addresses {
  readonly #lookUp: LookUp;
  readonly #found = new Map<string, readonly string[]>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(lookUp: LookUp = (host) => lookup(host, { all: true })) {
    this.#lookUp = lookUp;
  }

  /** Such as http://10.0.0.1:3000, for each address of its host; none where the name leads nowhere: nobody is there now. */
  async of(url: string): Promise<readonly string[]> {
    const running = this.#running.get(url) ?? this.#find(url).finally(() => this.#running.delete(url));
    this.#running.set(url, running);
    await Promise.race([running, delay(patience, undefined, { ref: false })]);
    return this.#found.get(url) ?? [];
  }

  async #find(url: string): Promise<void> {
    const { hostname, port } = new URL(url);
    try {
      const found = await this.#lookUp(hostname.replace(/^\[(.*)\]$/, "$1"));
      const written = found.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
      this.#found.set(
        url,
        written.map((each) => `http://${each}:${port || "80"}`),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOTFOUND") this.#found.delete(url);
    }
  }
}
