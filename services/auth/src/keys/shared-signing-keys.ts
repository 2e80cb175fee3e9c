import { setTimeout as delay } from "node:timers/promises";
import { ConfigError } from "@gateway/config";
import { type Clock, type Store, StoreUnavailable } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import type { RotatedKeys, RotatingKeys, SigningKey } from "../ports.ts";
import { seal, unseal } from "../sealing.ts";
import {
  describeKeys,
  type KeptKey,
  makeKey,
  parseKeptKeys,
  type ReadKey,
  readTrusted,
  renderKeptKeys,
  withKeyFor,
} from "./kept-keys.ts";
import { readSigningKeys, setSigningKeysAside } from "./kept-signing-keys.ts";
import { type RotationKind, rotateKeys, signingKeyAt, trustedKeysAt } from "./key-schedule.ts";
import { publicJwk } from "./signing-key.ts";

interface SharedKeysOptions {
  readonly store: Pick<Store, "signingKeys" | "feed">;
  /** 32 bytes, the same for all who share: what the store keeps is encrypted under it. */
  readonly sealingKey: Buffer;
  readonly algorithm: SigningKey["algorithm"];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the keys were in a file before they were shared: a store without keys gets those. */
  readonly folder: string;
}

/** The keys as the store has them. */
interface Held {
  readonly sealed: string;
  readonly kept: readonly KeptKey[];
  readonly trusted: readonly ReadKey[];
}

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
  readonly #options: SharedKeysOptions;
  #held: Held | undefined;
  /** Changes that were heard of, the first being that there are keys at all; and how many of them were read. */
  #changes = 1;
  #changesRead = 0;
  #lastInLine: Promise<unknown> = Promise.resolve();
  #settling: Promise<void> | undefined;
  #look: Promise<void> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  private constructor(options: SharedKeysOptions) {
    this.#options = options;
  }

  /**
   * Resolves also while the store cannot be reached: until it can there is no key.
   * @throws ConfigError when the keys in the store were sealed with another secret, or those in the file are damaged
   */
  static async open(options: SharedKeysOptions): Promise<SharedSigningKeys> {
    const keys = new SharedSigningKeys(options);
    await options.store.feed.subscribe((event) => {
      if (event.kind === "signing-keys-changed") keys.#hear();
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
    const key = this.#held && signingKeyAt(this.#held.trusted, algorithm, clock());
    if (key === undefined) throw new StoreUnavailable("The signing keys could not be read from the store yet");
    return key;
  }

  find(kid: string): SigningKey | undefined {
    return this.#held?.trusted.find((key) => key.kid === kid);
  }

  jwks(): readonly Record<string, unknown>[] {
    this.current(); // caches would keep a set without the key that signs for minutes
    return this.#held?.trusted.map(publicJwk) ?? [];
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
        const { sealed, kept } = await this.#fetch();
        const now = clock();
        const rotated = await this.#replace(sealed, trustedKeysAt(rotateKeys(kept, kind, { fresh, now }), now));
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
    this.#options.logger.warn("signing keys could not be read", { error });
    const again = () => this.#settle().catch(() => setTimeout(again, retryPause).unref());
    setTimeout(again, retryPause).unref();
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
    const isFirst = this.#held === undefined;
    await this.#fetch();
    this.#changesRead = changes;
    if (!isFirst || !(await setSigningKeysAside(this.#options.folder))) return;
    this.#options.logger.warn("the signing keys are in the store now, the file is not used any more");
  }

  /** The keys that the store has now; where it has none they are put there. */
  async #fetch(): Promise<Held> {
    const { store, algorithm, clock } = this.#options;
    for (;;) {
      const sealed = await store.signingKeys.read();
      const kept = await this.#keptAs(sealed);
      const enough = await withKeyFor(algorithm, kept, clock());
      if (sealed !== undefined && enough === kept) return this.#hold(sealed, kept);
      const replaced = await this.#replace(sealed, enough);
      if (replaced !== undefined) return replaced;
      // Another replica was faster: its keys are taken.
    }
  }

  async #keptAs(sealed: string | undefined): Promise<readonly KeptKey[]> {
    if (sealed !== undefined) return sealed === this.#held?.sealed ? this.#held.kept : this.#unseal(sealed);
    // A store that was emptied gets those back that all replicas hold.
    return this.#held?.kept ?? readSigningKeys(this.#options.folder);
  }

  #unseal(sealed: string): readonly KeptKey[] {
    try {
      return parseKeptKeys(unseal(this.#options.sealingKey, sealed)) ?? refuseUnreadable();
    } catch {
      return refuseUnreadable(); // the key is another one, or the text was changed: which cannot be told
    }
  }

  async #replace(previous: string | undefined, keys: readonly KeptKey[]): Promise<Held | undefined> {
    const sealed = seal(this.#options.sealingKey, renderKeptKeys(keys));
    const isKept = await this.#options.store.signingKeys.replace(previous, sealed);
    return isKept ? this.#hold(sealed, keys) : undefined;
  }

  #hold(sealed: string, kept: readonly KeptKey[]): Held {
    const trusted = readTrusted(kept, this.#options.clock()) ?? refuseUnreadable();
    this.#held = { sealed, kept, trusted };
    return this.#held;
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

function refuseUnreadable(): never {
  const allowed =
    "the secret that the other replicas run with: the signing keys in Redis are encrypted under it. To go on with " +
    "another one, end all replicas and delete the key oauth:keys:signing, which ends every access token";
  throw new ConfigError("environment", [{ at: "GATEWAY_JWT_SECRET", found: "another secret", allowed }]);
}
