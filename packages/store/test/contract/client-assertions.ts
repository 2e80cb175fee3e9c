import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { oddText } from "./samples.ts";

/** The contract of `ClientAssertions`. */
export function describeClientAssertions(subject: Subject): void {
  describe("client assertions", () => {
    test("are spent once, each client's for itself", async () => {
      const { clientAssertions } = subject.store;
      const end = subject.now + 300;
      expect(await clientAssertions.spend("c1", oddText, end)).toBe(true);
      expect(await clientAssertions.spend("c1", oddText, end)).toBe(false);
      expect(await clientAssertions.spend("c2", oddText, end)).toBe(true);
      expect(await clientAssertions.spend("c1", "other", end)).toBe(true);
    });

    test("of many concurrent uses exactly one is the first", async () => {
      const { clientAssertions } = subject.store;
      const uses = Array.from({ length: 10 }, () => clientAssertions.spend("c1", "j", subject.now + 300));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    });

    test("are remembered until they would have ended anyway", async () => {
      const { clientAssertions } = subject.store;
      await clientAssertions.spend("c1", "j", subject.now + 300);
      subject.now += 299;
      expect(await clientAssertions.spend("c1", "j", subject.now + 300)).toBe(false);
      subject.now += 1;
      expect(await clientAssertions.spend("c1", "j", subject.now + 300)).toBe(true);
    });
  });
}
