import { setTimeout as delay } from "node:timers/promises";
import type { RotatedKeys, RotationKind } from "@gateway/operator-api";
import { StoreUnavailable } from "@gateway/store";
import type { RotatingKeys, SigningKey } from "../ports.ts";
import { describeKeys, makeKey } from "./kept-keys.ts";
import { setSigningKeysAside } from "./kept-signing-keys.ts";
import { rotateKeys, signingKeyAt, trustedKeysAt } from "./key-schedule.ts";
import { SealedKeys, type SealedKeysOptions } from "./sealed-keys.ts";
import { publicJwk } from "./signing-key.ts";

/** Milliseconds after which the keys are read again unasked: the feed forgets what is older than a day. */
const readInterval = 60_000;
/** Milliseconds between two looks for keys that nobody told of: strangers write whatever `kid` they like. */
const shortestPause = 100;
const retryPause = 250;
/** An RFC 7638 thumbprint (SHA-256): no other `kid` is ever one of ours. */
const thumbprint = /^[\w-]{43}$/;

/**
 * The keys that all replicas sign with, in the store, sealed. Whoever comes first makes one; a rotation anywhere reaches
 * the others through the feed. From the news of a change until it is read no token is checked, so that none of a key
 * that ended passes.
 */
export class SharedSigningKeys implements RotatingKeys {
  readonly #options: SealedKeysOptions;
  readonly #sealed: SealedKeys;
  /** Changes that were heard of, the first being that there are keys at all; and how many of them were read. */
  #changes = 1;
  #changesRead = 0;
  #lastInLine: Promise<unknown> = Promise.resolve();
  #settling: Promise<void> | undefined;
  #isRetrying = false;
  #look: Promise<void> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  private constructor(options: SealedKeysOptions) {
    this.#options = options;
    this.#sealed = new SealedKeys(options);
  }

  /**
   * Resolves also while the store cannot be reached: until it can there is no key.
   * @throws ConfigError when the keys in the store were sealed with another secret, or those in the file are damaged
   */
  static async open(options: SealedKeysOptions): Promise<SharedSigningKeys> {
    const keys = new SharedSigningKeys(options);
    await options.store.feed.subscribe((event) => {
      if (event.kind === "signing-keys-changed" || event.kind === "unreadable") keys.#hear();
    });
    try {
      await keys.#settle();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      keys.#settleLater(error);
    }
    setInterval(() => keys.#hear(), readInterval).unref();
    return keys;
  }

  current(): SigningKey {
    const { algorithm, clock } = this.#options;
    const key = signingKeyAt(this.#sealed.trusted, algorithm, clock());
    if (key === undefined) throw new StoreUnavailable("The signing keys could not be read from the store yet");
    return key;
  }

  find(kid: string): SigningKey | undefined {
    return this.#sealed.trusted.find((key) => key.kid === kid);
  }

  jwks(): readonly Record<string, unknown>[] {
    this.current(); // caches would keep a set without the key that signs for minutes
    return this.#sealed.trusted.map(publicJwk);
  }

  catchUp(kid: string): Promise<void> | undefined {
    if (this.#isBehind) return asUnavailable(this.#settle());
    if (this.find(kid) !== undefined || !thumbprint.test(kid)) return undefined;
    return asUnavailable(this.#lookSoon());
  }

  async rotate(kind: RotationKind): Promise<RotatedKeys> {
    const { algorithm, clock } = this.#options;
    const fresh = await makeKey(algorithm, clock());
    return this.#inLine(async () => {
      for (;;) {
        const { sealed, kept } = await this.#sealed.fetch();
        const now = clock();
        const rotated = await this.#sealed.replace(sealed, trustedKeysAt(rotateKeys(kept, kind, { fresh, now }), now));
        if (rotated !== undefined) return describeKeys(rotated.trusted, algorithm, now);
        // Another replica changed them meanwhile: this rotation is of what it left.
      }
    });
  }

  get #isBehind(): boolean {
    return this.#changesRead !== this.#changes;
  }

  #hear(): void {
    this.#changes += 1;
    this.#settle().catch((error: unknown) => this.#settleLater(error));
  }

  #settleLater(error: unknown): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    this.#options.logger.warn("signing keys could not be read", { error });
    const later = () => setTimeout(again, retryPause).unref();
    const again = () => this.#settle().then(() => (this.#isRetrying = false), later);
    later();
  }

  /** Reads until every change that was heard of has been seen; those who wait for it wait together. */
  #settle(): Promise<void> {
    this.#settling ??= this.#inLine(async () => {
      while (this.#isBehind) await this.#read();
    }).finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  // However many wait, it is one look; who comes while it is on its way waits for the next.
  #lookSoon(): Promise<void> {
    this.#look ??= delay(Math.max(0, this.#lookedAt + shortestPause - performance.now())).then(() => {
      this.#look = undefined;
      this.#lookedAt = performance.now();
      return this.#inLine(() => this.#read());
    });
    return this.#look;
  }

  /** One after the other: what was read earlier must not take the place of what was read later. */
  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastInLine.then(work);
    this.#lastInLine = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<void> {
    const changes = this.#changes;
    const isFirst = this.#sealed.trusted.length === 0;
    await this.#sealed.fetch();
    this.#changesRead = changes;
    if (!isFirst || !(await setSigningKeysAside(this.#options.folder))) return;
    this.#options.logger.warn("the signing keys are in the store now, the file is not used any more");
  }
}

async function asUnavailable(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (cause instanceof StoreUnavailable) throw cause;
    throw new StoreUnavailable("The signing keys cannot be read from the store", { cause });
  }
}
