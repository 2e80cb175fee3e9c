import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { listenTo, sampleGrant, sampleRefreshToken } from "./samples.ts";

/** The contract of `Grants.rotate` (oauth-wire 6.3). */
export function describeRotation(subject: Subject): void {
  describe("rotation of refresh tokens", () => {
    const grace = 60;
    const begin = () =>
      subject.store.grants.create(sampleGrant("g1", subject.now), sampleRefreshToken("g1", "r1", subject.now));
    const rotate = (presentedDigest: string, successor: string, more: { clientId?: string; onReuse?: "reject" } = {}) =>
      subject.store.grants.rotate({
        presentedDigest,
        clientId: "c1",
        successor: { digest: successor, issuedAt: subject.now, expiresAt: subject.now + 30 * 86_400 },
        sealedSuccessor: `sealed ${successor}`,
        grace,
        onReuse: "revoke",
        ...more,
      });

    test("the first use gives a successor, which can be used in its turn", async () => {
      await begin();
      const grant = await subject.store.grants.find("g1");
      expect(await rotate("r1", "r2")).toEqual({ state: "rotated", grant });
      subject.now += 3600;
      expect(await rotate("r2", "r3")).toEqual({ state: "rotated", grant });
      expect(await subject.store.grants.ofRefreshToken("r3")).toEqual(grant);
    });

    test("five at once: one rotates, the others are given the same successor", async () => {
      await begin();
      const outcomes = await Promise.all([2, 3, 4, 5, 6].map((number) => rotate("r1", `r${number}`)));
      expect(outcomes.filter(({ state }) => state === "rotated")).toHaveLength(1);
      const repeats = outcomes.flatMap((one) => (one.state === "repeated" ? [one.sealedSuccessor] : []));
      expect(repeats).toHaveLength(4);
      expect(new Set(repeats).size).toBe(1);
      const winner = `r${outcomes.findIndex(({ state }) => state === "rotated") + 2}`;
      expect(repeats[0]).toBe(`sealed ${winner}`);
      expect(await rotate(winner, "next")).toMatchObject({ state: "rotated" });
      for (const loser of [2, 3, 4, 5, 6].map((number) => `r${number}`).filter((name) => name !== winner)) {
        expect(await rotate(loser, "fork")).toEqual({ state: "unknown" });
      }
    });

    test("a repeat within the grace is not an offence; the last moment counts", async () => {
      await begin();
      await rotate("r1", "r2");
      subject.now += grace;
      expect(await rotate("r1", "x")).toMatchObject({ state: "repeated", sealedSuccessor: "sealed r2" });
    });

    test("RFC 9700 4.14.2: a repeat after the grace ends the family, and the feed says so", async () => {
      await begin();
      await rotate("r1", "r2");
      const feed = await listenTo(subject.store);
      subject.now += grace + 1;
      expect(await rotate("r1", "x")).toEqual({ state: "reused", grantId: "g1" });
      expect(await subject.store.grants.find("g1")).toBeUndefined();
      expect(await rotate("r2", "y")).toEqual({ state: "unknown" });
      expect(await feed.until(1)).toEqual([{ kind: "grant-revoked", grantId: "g1" }]);
    });

    test("a repeat after the successor was used ends the family, within the grace too", async () => {
      await begin();
      await rotate("r1", "r2");
      await rotate("r2", "r3");
      expect(await rotate("r1", "x")).toEqual({ state: "reused", grantId: "g1" });
      expect(await rotate("r3", "y")).toEqual({ state: "unknown" });
    });

    test("a repeat is refused and the family kept where reuse is only rejected", async () => {
      await begin();
      await rotate("r1", "r2");
      subject.now += grace + 1;
      expect(await rotate("r1", "x", { onReuse: "reject" })).toEqual({ state: "reused", grantId: "g1" });
      expect(await rotate("r2", "r3")).toMatchObject({ state: "rotated" });
    });

    test("another client gets nothing, and changes nothing", async () => {
      await begin();
      expect(await rotate("r1", "x", { clientId: "thief" })).toEqual({ state: "another-client" });
      await rotate("r1", "r2");
      expect(await rotate("r1", "x", { clientId: "thief" })).toEqual({ state: "another-client" });
      expect(await rotate("r2", "r3")).toMatchObject({ state: "rotated" });
    });

    test("is unknown past its idle limit", async () => {
      await begin();
      subject.now += 30 * 86_400;
      expect(await rotate("r1", "r2")).toEqual({ state: "unknown" });
      expect(await subject.store.grants.find("g1")).toBeDefined();
    });

    test("is unknown past the absolute end of the family, however often it was rotated", async () => {
      await begin();
      for (let days = 0, number = 1; days < 75; days += 25, number += 1) {
        subject.now += 25 * 86_400;
        expect(await rotate(`r${number}`, `r${number + 1}`)).toMatchObject({ state: "rotated" });
      }
      subject.now += 15 * 86_400;
      expect(await rotate("r4", "r5")).toEqual({ state: "unknown" });
    });

    test("is unknown once the grant was revoked, also while rotating", async () => {
      await begin();
      await Promise.all([rotate("r1", "r2"), subject.store.grants.revoke("g1")]);
      expect(await rotate("r2", "r3")).toEqual({ state: "unknown" });
      expect(await rotate("r1", "r3")).toEqual({ state: "unknown" });
      expect(await rotate("never", "r3")).toEqual({ state: "unknown" });
    });
  });
}
