import type { Network } from "@gateway/public-network";
import type { Clock } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { freshnessLifetime } from "../domain/http-freshness.ts";
import type { Result } from "../domain/result.ts";
import type { FetchLimits } from "./fetch-limits.ts";
import { RefusedDocument, type RemoteAnswer } from "./guarded-fetch.ts";

interface Options<T, Raw> {
  readonly network: Network;
  readonly limits: FetchLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch: (
    url: string,
    network: Network,
    validators: Readonly<Record<string, string>>,
  ) => Promise<RemoteAnswer<Raw>>;
  /** What was fetched means, or why it means nothing. */
  readonly check: (url: string, value: Raw) => Result<T, string>;
  /** What holds while the host cannot be asked; nothing by default. */
  readonly known?: (url: string) => T | undefined;
  /** How many are remembered. */
  readonly capacity: number;
}

/** A document that was good, and when it must be asked for again. Times are seconds since the epoch. */
interface Kept<T> {
  readonly value: T;
  readonly confirmedAt: number;
  readonly freshUntil: number;
  readonly validators: Readonly<Record<string, string>>;
}

/** A fetch that failed: when, and what is known where the host could not be asked. */
interface Failure<T> {
  readonly at: number;
  readonly known: T | undefined;
}

/** Seconds (oauth-wire 4.2.5). */
const failurePause = 30;
const longestStale = 86_400;
/** Seconds between two fetches for an unknown `kid` (oauth-wire 6.1). */
const renewalPause = 60;

/** Documents at URLs that strangers named, remembered as HTTP allows within our bounds. Only good ones are kept. */
export class RemoteDocuments<T, Raw = unknown> {
  readonly #options: Options<T, Raw>;
  readonly #kept = new Map<string, Kept<T>>();
  readonly #failed = new Map<string, Failure<T>>();
  readonly #running = new Map<string, Promise<T | undefined>>();

  constructor(options: Options<T, Raw>) {
    this.#options = options;
  }

  /** Whether there was ever something good at this URL, as far as is remembered. */
  knows(url: string): boolean {
    return this.#kept.has(url);
  }

  /** What is at this URL; undefined when it cannot be had or is no good, and has not been for a day. */
  async find(url: string): Promise<T | undefined> {
    const kept = this.#kept.get(url);
    return kept !== undefined && kept.freshUntil > this.#options.clock() ? kept.value : this.#fetchOnce(url);
  }

  /** The same, asked for anew although it is fresh, at most once a minute. */
  async renew(url: string): Promise<T | undefined> {
    const kept = this.#kept.get(url);
    const isRecent = kept !== undefined && kept.confirmedAt + renewalPause > this.#options.clock();
    return isRecent ? kept.value : this.#fetchOnce(url);
  }

  async #fetchOnce(url: string): Promise<T | undefined> {
    const failed = this.#failed.get(url);
    if (failed !== undefined && failed.at + failurePause > this.#options.clock()) return this.#instead(url, failed);
    const running = this.#running.get(url) ?? this.#fetch(url).finally(() => this.#running.delete(url));
    this.#running.set(url, running);
    return await running;
  }

  async #fetch(url: string): Promise<T | undefined> {
    const { limits, network, logger, clock, capacity, fetch } = this.#options;
    const kept = this.#kept.get(url);
    try {
      const ask = () => fetch(url, network, kept?.validators ?? {});
      const answer = await limits.within(new URL(url).hostname, ask);
      const value = answer.value === undefined && kept !== undefined ? kept.value : this.#check(url, answer.value);
      keepLast(this.#kept, { url, value: this.#keptOf(value, answer), capacity });
      this.#failed.delete(url);
      return value;
    } catch (error) {
      const known = error instanceof RefusedDocument ? undefined : this.#options.known?.(url);
      const failure = { at: clock(), known };
      keepLast(this.#failed, { url, value: failure, capacity });
      const instead = this.#instead(url, failure);
      const outcome = instead === undefined ? "refused" : "not had, an earlier one holds";
      logger.info(`client document ${outcome}`, { url, reason: (error as Error).message });
      return instead;
    }
  }

  #check(url: string, value: Raw | undefined): T {
    if (value === undefined) throw new Error("the status is 304, and nothing is remembered");
    const checked = this.#options.check(url, value);
    if (!checked.ok) throw new RefusedDocument(checked.refusal);
    return checked.value;
  }

  #keptOf(value: T, { headers }: RemoteAnswer<Raw>): Kept<T> {
    const now = this.#options.clock();
    const { etag, "last-modified": lastModified } = headers;
    const validators = {
      ...(etag === undefined ? {} : { "If-None-Match": etag }),
      ...(lastModified === undefined ? {} : { "If-Modified-Since": lastModified }),
    };
    return { value, confirmedAt: now, freshUntil: now + freshnessLifetime(headers, now), validators };
  }

  /** The last good one for a day, then what is known. */
  #instead(url: string, { known }: Failure<T>): T | undefined {
    const kept = this.#kept.get(url);
    return kept !== undefined && kept.confirmedAt + longestStale > this.#options.clock() ? kept.value : known;
  }
}

/** Strangers choose the URLs, so what is remembered is bounded: what came first goes first. */
function keepLast<V>(
  map: Map<string, V>,
  { url, value, capacity }: { readonly url: string; readonly value: V; readonly capacity: number },
): void {
  map.delete(url);
  map.set(url, value);
  if (map.size > capacity) map.delete(map.keys().next().value ?? "");
}
