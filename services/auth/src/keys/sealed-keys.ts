import { ConfigError } from "@gateway/config";
import type { Clock, Store } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import type { SigningKey } from "../ports.ts";
import { seal, unseal } from "../sealing.ts";
import { type KeptKey, parseKeptKeys, type ReadKey, readTrusted, renderKeptKeys, withKeyFor } from "./kept-keys.ts";
import { readSigningKeys } from "./kept-signing-keys.ts";

export interface SealedKeysOptions {
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

/** The signing keys that a store keeps as one sealed text, and this replica's copy of them. */
export class SealedKeys {
  readonly #options: SealedKeysOptions;
  #held: Held | undefined;

  constructor(options: SealedKeysOptions) {
    this.#options = options;
  }

  /** Those that are trusted, as they were read last; none before that. */
  get trusted(): readonly ReadKey[] {
    return this.#held?.trusted ?? [];
  }

  /**
   * The keys that the store has now; where it has none they are put there.
   * @throws ConfigError when they were sealed with another secret
   */
  async fetch(): Promise<Held> {
    const { store, algorithm, clock } = this.#options;
    for (;;) {
      const sealed = await store.signingKeys.read();
      const kept = await this.#keptAs(sealed);
      const enough = await withKeyFor(algorithm, kept, clock());
      if (sealed !== undefined && enough === kept) return this.#hold(sealed, kept);
      const replaced = await this.replace(sealed, enough);
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

  /** Keeps keys in the place of what was read as `previous`; undefined, and nothing done, when something else is there. */
  async replace(previous: string | undefined, keys: readonly KeptKey[]): Promise<Held | undefined> {
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

function refuseUnreadable(): never {
  const allowed =
    "the secret that the other replicas run with: the signing keys in Redis are encrypted under it. To go on with " +
    "another one, end all replicas and delete the key oauth:keys:signing, which ends every access token";
  throw new ConfigError("environment", [{ at: "GATEWAY_JWT_SECRET", found: "another secret", allowed }]);
}
