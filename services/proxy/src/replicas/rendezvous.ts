import { createHash } from "node:crypto";

/**
 * Which of some replicas a key belongs to: the one with the highest weight for it (rendezvous hashing). All that know the
 * same names agree, and when one goes, or comes, only the keys that it has move. Pure.
 */
export function rendezvousOwner(names: readonly string[], key: string): string | undefined {
  const weighed = names.map((name) => ({ name, weight: weightOf(name, key) }));
  return weighed.reduce<(typeof weighed)[number] | undefined>(
    (best, each) => (best === undefined || each.weight > best.weight ? each : best),
    undefined,
  )?.name;
}

function weightOf(name: string, key: string): string {
  return createHash("sha256").update(name).update("\n").update(key).digest("hex");
}
