import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { oddText } from "./samples.ts";

/** The contract of `LoginOwners`. */
export function describeLoginOwners(subject: Subject): void {
  describe("login owners", () => {
    test("is whoever claimed the login first, for ever", async () => {
      const { loginOwners, grants } = subject.store;
      expect(await loginOwners.claim(oddText, "gh|1")).toBe("gh|1");
      expect(await loginOwners.claim(oddText, "gh|2")).toBe("gh|1");
      expect(await loginOwners.claim("other", "gh|2")).toBe("gh|2");
      await grants.revokeUser("gh|1");
      subject.now += 10 * 365 * 86_400;
      expect(await loginOwners.claim(oddText, "gh|2")).toBe("gh|1");
      expect(await loginOwners.claim(oddText, "gh|1")).toBe("gh|1");
    });

    test("of many concurrent claims is one, for all of them", async () => {
      const { loginOwners } = subject.store;
      const claims = Array.from({ length: 8 }, (_, id) => loginOwners.claim("octocat", `gh|${id}`));
      expect(new Set(await Promise.all(claims)).size).toBe(1);
    });
  });
}
