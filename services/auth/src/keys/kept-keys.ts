import type { RotatedKeys } from "@gateway/operator-api";
import { z } from "zod";
import type { SigningKey } from "../ports.ts";
import { pendingKeyAt, type ScheduledKey, signingKeyAt, trustedKeysAt } from "./key-schedule.ts";
import { generatePrivateKey, readSigningKey } from "./signing-key.ts";

const KeptKeys = z.strictObject({
  keys: z.array(
    z.strictObject({
      algorithm: z.enum(["RS256", "ES256"]),
      /** Seconds since the epoch. */
      createdAt: z.number(),
      /** Seconds since the epoch; absent: at once. */
      signsFrom: z.number().optional(),
      /** PKCS#8 PEM. */
      privateKey: z.string(),
    }),
  ),
});
/** A signing key as it is kept, in a file or sealed in the store. */
export type KeptKey = z.infer<typeof KeptKeys>["keys"][number];

/** A kept key, read. */
export type ReadKey = SigningKey & ScheduledKey;

/** Makes a key. `now`: seconds since the epoch. */
export async function makeKey(algorithm: SigningKey["algorithm"], now: number): Promise<KeptKey> {
  return { algorithm, createdAt: Math.floor(now), privateKey: await generatePrivateKey(algorithm) };
}

/** The keys with one of the algorithm among them: these where they have one, or with one made now. */
export async function withKeyFor(
  algorithm: SigningKey["algorithm"],
  kept: readonly KeptKey[],
  now: number,
): Promise<readonly KeptKey[]> {
  return kept.some((key) => key.algorithm === algorithm) ? kept : [...kept, await makeKey(algorithm, now)];
}

/** The keys as they are kept: JSON, with their private halves. */
export function renderKeptKeys(keys: readonly KeptKey[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

/** Undoes `renderKeptKeys`; undefined when the text is not of that kind, without a word of what is in it. */
export function parseKeptKeys(text: string): readonly KeptKey[] | undefined {
  try {
    return KeptKeys.parse(JSON.parse(text)).keys;
  } catch {
    return undefined; // the cause would quote a private key into the log
  }
}

/** Those that are trusted at `now`, read; undefined when one is no key that its algorithm may be used with. */
export function readTrusted(kept: readonly KeptKey[], now: number): readonly ReadKey[] | undefined {
  const keys = trustedKeysAt(kept, now).map(({ algorithm, privateKey, createdAt, signsFrom }) => {
    const key = readSigningKey(privateKey, algorithm);
    return key && { ...key, createdAt, signsFrom };
  });
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** What an operator is told of the keys after a rotation. */
export function describeKeys(keys: readonly ReadKey[], algorithm: SigningKey["algorithm"], now: number): RotatedKeys {
  const pending = pendingKeyAt(keys, algorithm, now);
  return {
    signing: signingKeyAt(keys, algorithm, now)?.kid ?? "",
    ...(pending?.signsFrom === undefined ? {} : { next: { kid: pending.kid, signsFrom: pending.signsFrom } }),
    trusted: keys.map(({ kid }) => kid),
  };
}
