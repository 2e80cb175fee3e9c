import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import type { Logger } from "@gateway/telemetry";
import { readBoundedText } from "./bounded-text.ts";

export type FindKey = (kid: string) => Promise<KeyObject | undefined>;

export interface JwksOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly fetch?: typeof globalThis.fetch;
}

const fetchTimeout = 2_000;
const largestDocument = 256 * 1024;
/** Keys are asked for again after this long, so that a withdrawn one goes. */
const maxAge = 600_000;
/** A kid that nobody knows costs auth one request a minute at most, whoever sends it. */
const unknownKidPause = 60_000;
const failurePause = 1_000;

/**
 * Finds auth's public keys by `kid` (RFC 7517), from a cache. While auth cannot be reached the keys it last gave
 * stay good; without any, no key is found.
 */
export function createKeyFinder({ url, logger, now = Date.now, fetch = globalThis.fetch }: JwksOptions): FindKey {
  let keys: ReadonlyMap<string, KeyObject> = new Map();
  let nextFetch = 0;
  let freshUntil = 0;
  let running: Promise<void> | undefined;

  async function refresh(kid: string): Promise<void> {
    try {
      keys = await fetchKeys(url, fetch);
      // Only a kid that is still unknown costs the pause: a key that auth has just begun to sign with is found at once.
      nextFetch = keys.has(kid) ? 0 : now() + unknownKidPause;
      freshUntil = now() + maxAge;
    } catch (cause) {
      logger.error("keys of auth not available", { url, cause });
      nextFetch = now() + failurePause;
    } finally {
      running = undefined;
    }
  }

  return async (kid) => {
    const isStale = now() >= freshUntil;
    if ((isStale || !keys.has(kid)) && now() >= nextFetch) running ??= refresh(kid);
    await running;
    return keys.get(kid);
  };
}

async function fetchKeys(url: string, fetch: typeof globalThis.fetch): Promise<ReadonlyMap<string, KeyObject>> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(fetchTimeout) });
  if (!response.ok) throw new Error(`the key set answered ${response.status}`);
  const { keys } = JSON.parse(await readBoundedText(response, largestDocument)) as {
    keys: (JsonWebKey & { kid?: string; kty?: string })[];
  };
  const usable = keys.filter(({ kid, kty }) => typeof kid === "string" && (kty === "RSA" || kty === "EC"));
  return new Map(usable.map((jwk) => [jwk.kid as string, createPublicKey({ key: jwk, format: "jwk" })]));
}
