import type { RotationKind } from "@gateway/operator-api";
import type { SigningKey } from "../ports.ts";

/** When a kept key signs. Times are seconds since the epoch. */
export interface ScheduledKey {
  readonly algorithm: SigningKey["algorithm"];
  readonly createdAt: number;
  /** From when on it signs, until another one's time comes; absent: since it was made. */
  readonly signsFrom?: number | undefined;
}

/** Seconds that a key is published before it signs: more than any cache of the JWK set (oauth-wire 8). */
const notice = 24 * 3_600;
/** Seconds for which a key is trusted once another one signs: the longest life of a token, and an hour. */
const memory = 365 * 86_400 + 3_600;

function start({ signsFrom, createdAt }: ScheduledKey): number {
  return signsFrom ?? createdAt;
}

/** The one that signs: of those of this algorithm whose time has come, the latest; the first, if none's has. */
export function signingKeyAt<Key extends ScheduledKey>(
  keys: readonly Key[],
  algorithm: Key["algorithm"],
  now: number,
): Key | undefined {
  const ordered = inOrder(keys, algorithm);
  return ordered.findLast((key) => start(key) <= now) ?? ordered[0];
}

/** The one that is published and does not sign yet. */
export function pendingKeyAt<Key extends ScheduledKey>(
  keys: readonly Key[],
  algorithm: Key["algorithm"],
  now: number,
): Key | undefined {
  return inOrder(keys, algorithm).find((key) => start(key) > now);
}

/** Those of which tokens may still live, or will. */
export function trustedKeysAt<Key extends ScheduledKey>(keys: readonly Key[], now: number): readonly Key[] {
  return keys.filter((key) => {
    const ordered = inOrder(keys, key.algorithm);
    const successor = ordered[ordered.indexOf(key) + 1];
    return successor === undefined || now - start(successor) < memory;
  });
}

/** The keys after a rotation. `fresh` is used where no key waits already. */
export function rotateKeys<Key extends ScheduledKey>(
  keys: readonly Key[],
  kind: RotationKind,
  { fresh, now }: { fresh: Key; now: number },
): readonly Key[] {
  if (kind === "compromised") return [{ ...fresh, signsFrom: now }];
  const pending = pendingKeyAt(keys, fresh.algorithm, now);
  if (pending === undefined) return [...keys, { ...fresh, signsFrom: kind === "now" ? now : now + notice }];
  return kind === "now" ? keys.map((key) => (key === pending ? { ...key, signsFrom: now } : key)) : keys;
}

function inOrder<Key extends ScheduledKey>(keys: readonly Key[], algorithm: Key["algorithm"]): Key[] {
  return keys.filter((key) => key.algorithm === algorithm).sort((one, other) => start(one) - start(other));
}
