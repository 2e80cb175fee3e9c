import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { openEmbeddedStore, type Store } from "../../src/index.ts";
import { sampleGrant, sampleRefreshToken } from "../contract/samples.ts";

let folder: string;
let store: Store;
let now = 1_000_000;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-model-"));
  store = await openEmbeddedStore({ folder, clock: () => now });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

let family = 0;

/** Presents tokens of one new family in this order, waiting before each, and gives how each use ended. */
async function play(uses: readonly { token: number; wait: number }[]) {
  family += 1;
  const name = (generation: number) => `${family}-${generation}`;
  await store.grants.create(sampleGrant(name(0), now), sampleRefreshToken(name(0), name(0), now));
  const states: { token: number; state: string }[] = [];
  let newest = 0;
  for (const { token, wait } of uses) {
    now += wait;
    const presented = Math.min(token, newest);
    const { state } = await store.grants.rotate({
      presentedDigest: name(presented),
      clientId: "c1",
      successor: { digest: name(newest + 1), issuedAt: now, expiresAt: now + 10_000 },
      sealedSuccessor: name(newest + 1),
      grace: 60,
      onReuse: "revoke",
    });
    if (state === "rotated") newest += 1;
    states.push({ token: presented, state });
  }
  return states;
}

test("whatever is presented when: each generation rotates at most once, and after a replay nothing does", async () => {
  const use = fc.record({ token: fc.nat(4), wait: fc.constantFrom(0, 1, 59, 61, 3600) });
  await fc.assert(
    fc.asyncProperty(fc.array(use, { minLength: 1, maxLength: 12 }), async (uses) => {
      const states = await play(uses);
      const rotated = states.filter(({ state }) => state === "rotated").map(({ token }) => token);
      expect(rotated).toEqual(rotated.map((_, generation) => generation));
      const end = states.findIndex(({ state }) => state === "reused");
      if (end >= 0) expect(new Set(states.slice(end + 1).map(({ state }) => state)).size).toBeLessThanOrEqual(1);
      expect(states.slice(end + 1).every(({ state }) => end < 0 || state === "unknown")).toBe(true);
    }),
    { numRuns: 60 },
  );
});
