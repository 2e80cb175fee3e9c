import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@gateway/telemetry";
import { readBoundedText } from "./bounded-text.ts";
import type { AccessToken } from "./identify.ts";

/** What rests on access tokens beyond the request that each came with: open streams, running calls. */
export interface TokenUses {
  /** Those on which something rests now; one may be named several times. */
  tokensInUse(): readonly AccessToken[];
  /** Ends what rests on a token: all of it when it was `revoked`, the streams when its time is over. */
  endToken(jti: string, why: "revoked" | "expired"): void;
}

export interface WatchOptions {
  /** auth's endpoint that knows which tokens have ended. */
  readonly url: string;
  /** Canonical resource of this server. */
  readonly resource: string;
  readonly uses: TokenUses;
  readonly logger: Logger;
  /** Milliseconds between two rounds. */
  readonly interval?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** security.md 8: within 5 s, also when an answer gets lost. */
const defaultInterval = 1_500;
const answerTimeout = 1_500;
/** auth's own limit. */
const mostAtOnce = 200;
const largestAnswer = 64 * 1024;
/** A stream outlives its token by so long, in which its client has come back with the next one (oauth-wire 13.3). */
const pastExpiry = 60_000;
/** A restart of auth takes seconds; a revocation that nobody can tell of for so long may have happened. */
const longestSilence = 60_000;

/**
 * Ends what rests on a token soon after that was revoked or its grant ended, and streams a while after its time. It asks
 * for what is alive instead of listening for what ended: so there is no news to miss, whatever restarts.
 */
export class RevocationWatch {
  readonly #options: WatchOptions;
  readonly #now: () => number;
  readonly #end = new AbortController();
  #silentSince: number | undefined;
  #hasGivenUp = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    void this.#run(options.interval ?? defaultInterval);
  }

  close(): void {
    this.#end.abort();
  }

  async #run(interval: number): Promise<void> {
    const { signal } = this.#end;
    const pause = () => delay(interval, true, { signal, ref: false }).catch(() => false);
    while (await pause()) await this.#round();
  }

  async #round(): Promise<void> {
    const { uses, logger } = this.#options;
    const tokens = [...new Map(uses.tokensInUse().map((token) => [token.jti, token])).values()];
    for (const { jti } of tokens.filter(({ exp }) => exp * 1_000 + pastExpiry <= this.#now())) {
      uses.endToken(jti, "expired");
    }
    try {
      for (let start = 0; start < tokens.length; start += mostAtOnce) {
        const ended = await askEnded(this.#options, tokens.slice(start, start + mostAtOnce));
        for (const jti of ended) uses.endToken(jti, "revoked");
        if (ended.length > 0) logger.info("streams and calls of revoked tokens ended", { tokens: ended.length });
      }
      this.#silentSince = undefined;
      this.#hasGivenUp = false;
    } catch (cause) {
      this.#unanswered(tokens, cause);
    }
  }

  #unanswered(tokens: readonly AccessToken[], cause: unknown): void {
    const { url, uses, logger } = this.#options;
    if (this.#silentSince === undefined) logger.warn("auth does not say which tokens were revoked", { url, cause });
    this.#silentSince ??= this.#now();
    if (this.#now() - this.#silentSince < longestSilence) return;
    if (!this.#hasGivenUp)
      logger.error("auth has not said for long what may go on: all that is open ends", { url, cause });
    this.#hasGivenUp = true;
    for (const { jti } of tokens) uses.endToken(jti, "revoked");
  }
}

/** Those of the tokens that have ended, by `jti`. Rejects when auth does not say. */
async function askEnded({ url, resource }: WatchOptions, tokens: readonly AccessToken[]): Promise<readonly string[]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resource, tokens: tokens.map(({ jti, sid, kid }) => ({ jti, sid, kid })) }),
    redirect: "error",
    signal: AbortSignal.timeout(answerTimeout),
  });
  const text = await readBoundedText(response, largestAnswer);
  if (!response.ok) throw new Error(`the answer was ${response.status}`);
  const { ended } = JSON.parse(text) as { readonly ended?: unknown };
  if (!Array.isArray(ended)) throw new Error("the answer does not name those that ended");
  return ended as readonly string[];
}
