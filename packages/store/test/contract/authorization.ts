import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { oddText, sampleCode, sampleGrant, sampleRequest } from "./samples.ts";

/** The contract of pending authorizations, codes, browser sessions and consents. */
export function describeAuthorization(subject: Subject): void {
  describe("pending authorizations", () => {
    const pending = { id: "p1", request: sampleRequest(), browserDigest: "b" };

    test("keeps one, replaces it, and finds it until its end", async () => {
      const { pendingAuthorizations } = subject.store;
      await pendingAuthorizations.keep(pending, subject.now + 300);
      const further = {
        ...pending,
        upstreamSignIn: { provider: "oidc" as const, stateDigest: "d", sealedChecks: "s" },
      };
      await pendingAuthorizations.keep(further, subject.now + 600);
      subject.now += 599;
      expect(await pendingAuthorizations.find("p1")).toEqual(further);
      subject.now += 1;
      expect(await pendingAuthorizations.find("p1")).toBeUndefined();
      expect(await pendingAuthorizations.take("p1")).toBeUndefined();
    });

    test("of many concurrent takers exactly one gets it", async () => {
      const { pendingAuthorizations } = subject.store;
      await pendingAuthorizations.keep(pending, subject.now + 300);
      const taken = await Promise.all(Array.from({ length: 8 }, () => pendingAuthorizations.take("p1")));
      expect(taken.filter((one) => one !== undefined)).toEqual([pending]);
      expect(await pendingAuthorizations.find("p1")).toBeUndefined();
    });

    test("an unknown id is neither found nor taken", async () => {
      expect(await subject.store.pendingAuthorizations.find(oddText)).toBeUndefined();
      expect(await subject.store.pendingAuthorizations.take(oddText)).toBeUndefined();
    });
  });

  describe("authorization codes", () => {
    test("RFC 6749 4.1.2: is fresh once, then spent with the grant it was for", async () => {
      const { codes } = subject.store;
      const code = sampleCode(subject.now);
      await codes.issue("d1", code);
      expect(await codes.spend("d1")).toEqual({ state: "fresh", code });
      expect(await codes.spend("d1")).toEqual({ state: "spent", grantId: "g1" });
    });

    test("of many concurrent spenders exactly one finds it fresh, the others spent", async () => {
      const { codes } = subject.store;
      await codes.issue("d1", sampleCode(subject.now));
      const states = (await Promise.all(Array.from({ length: 10 }, () => codes.spend("d1")))).map(({ state }) => state);
      expect(states.sort()).toEqual(["fresh", ...Array(9).fill("spent")]);
    });

    test("an unspent code is unknown from its end on", async () => {
      const { codes } = subject.store;
      await codes.issue("d1", sampleCode(subject.now));
      subject.now += 60;
      expect(await codes.spend("d1")).toEqual({ state: "unknown" });
    });

    test("a spent code is known as spent until ten minutes after its end", async () => {
      const { codes } = subject.store;
      await codes.issue("d1", sampleCode(subject.now));
      await codes.spend("d1");
      subject.now += 659;
      expect(await codes.spend("d1")).toEqual({ state: "spent", grantId: "g1" });
      subject.now += 1;
      expect(await codes.spend("d1")).toEqual({ state: "unknown" });
    });

    test("a replay that revokes before the exchange has made its grant keeps it from living", async () => {
      const { codes, grants } = subject.store;
      await codes.issue("d1", sampleCode(subject.now));
      await codes.spend("d1");
      const replay = await codes.spend("d1");
      if (replay.state === "spent") await grants.revoke(replay.grantId);
      await grants.create(sampleGrant("g1", subject.now), undefined);
      expect(await grants.find("g1")).toBeUndefined();
    });

    test("an unknown code is unknown", async () => {
      expect(await subject.store.codes.spend("nothing")).toEqual({ state: "unknown" });
    });
  });

  describe("browser sessions", () => {
    test("is found from its begin to its end", async () => {
      const { browserSessions } = subject.store;
      const session = { user: { sub: "gh|1", login: oddText }, authTime: subject.now, expiresAt: subject.now + 100 };
      expect(await browserSessions.find("k")).toBeUndefined();
      await browserSessions.begin("k", session);
      expect(await browserSessions.find("k")).toEqual(session);
      await browserSessions.end("k");
      expect(await browserSessions.find("k")).toBeUndefined();
      await expect(browserSessions.end("k")).resolves.toBeUndefined();
    });

    test("is not found once expired", async () => {
      const { browserSessions } = subject.store;
      const user = { sub: "gh|1", login: "octocat" };
      await browserSessions.begin("k", { user, authTime: subject.now, expiresAt: subject.now + 100 });
      subject.now += 100;
      expect(await browserSessions.find("k")).toBeUndefined();
    });
  });

  describe("consents", () => {
    const consent = { sub: "gh|1", clientId: "c1", redirectHost: "127.0.0.1", resource: "r", scope: "mcp" };

    test("remembers when exactly a tuple was agreed to, the last time", async () => {
      const { consents } = subject.store;
      await consents.remember(consent, 1000);
      await consents.remember(consent, 2000.5);
      subject.now += 10 ** 8;
      expect(await consents.givenAt(consent)).toBe(2000.5);
    });

    test.each([
      ["user", { sub: "gh|2" }],
      ["client", { clientId: "c2" }],
      ["redirect host", { redirectHost: "localhost" }],
      ["resource", { resource: "s" }],
      ["scope", { scope: "mcp more" }],
      ["border between two parts", { clientId: "c", redirectHost: "1127.0.0.1" }],
    ])("another %s was never agreed to", async (_what, other) => {
      await subject.store.consents.remember(consent, 1000);
      expect(await subject.store.consents.givenAt({ ...consent, ...other })).toBeUndefined();
    });
  });
}
