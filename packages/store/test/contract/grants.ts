import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { listenTo, oddText, sampleCode, sampleGrant, sampleRefreshToken } from "./samples.ts";

/** The contract of `Grants`, apart from rotation. */
export function describeGrants(subject: Subject): void {
  describe("grants", () => {
    test("is found while it lives, and knows whose refresh token is whose", async () => {
      const { grants } = subject.store;
      const grant = sampleGrant("g1", subject.now, { tools: [oddText, "read_*"] });
      await grants.create(grant, sampleRefreshToken("g1", "r1", subject.now));
      expect(await grants.find("g1")).toEqual(grant);
      expect(await grants.ofRefreshToken("r1")).toEqual(grant);
      expect(await grants.ofRefreshToken("r1")).toEqual(grant); // asking is not using
      expect(await grants.ofRefreshToken("r2")).toBeUndefined();
      expect(await grants.find("g2")).toBeUndefined();
    });

    test("is gone from its absolute end on, and its refresh token with it", async () => {
      const { grants } = subject.store;
      await grants.create(
        sampleGrant("g1", subject.now, { expiresAt: subject.now + 100 }),
        sampleRefreshToken("g1", "r1", subject.now),
      );
      subject.now += 100;
      expect(await grants.find("g1")).toBeUndefined();
      expect(await grants.ofRefreshToken("r1")).toBeUndefined();
      expect(await grants.list()).toEqual([]);
    });

    test("an id that lives is not taken over", async () => {
      const { grants } = subject.store;
      await grants.create(sampleGrant("g1", subject.now), undefined);
      await expect(grants.create(sampleGrant("g1", subject.now), undefined)).rejects.toThrow("exists already");
    });

    test("lists those alive in order of creation", async () => {
      const { grants } = subject.store;
      for (const id of ["m", "z", "a"]) await grants.create(sampleGrant(id, subject.now), undefined);
      await grants.create(sampleGrant("short", subject.now, { expiresAt: subject.now + 1 }), undefined);
      await grants.revoke("z");
      subject.now += 1;
      expect((await grants.list()).map(({ grantId }) => grantId)).toEqual(["m", "a"]);
    });

    test("lists those of one user, in order of creation", async () => {
      const { grants, browserSessions } = subject.store;
      const user = { sub: oddText, login: "us" };
      await grants.create(sampleGrant("m", subject.now, { user, name: oddText }), undefined);
      await grants.create(sampleGrant("a", subject.now, { user }), undefined);
      await grants.create(sampleGrant("z", subject.now, { user }), undefined);
      await grants.create(sampleGrant("other", subject.now), undefined);
      await browserSessions.begin("k", { user, authTime: subject.now, expiresAt: subject.now + 100 });
      await grants.revoke("z");
      expect((await grants.ofUser(user.sub)).map(({ grantId, name }) => [grantId, name])).toEqual([
        ["m", oddText],
        ["a", undefined],
      ]);
      expect(await grants.ofUser("nobody")).toEqual([]);
    });

    test("what is known of its user is renewed, and nothing else of it", async () => {
      const { grants } = subject.store;
      const grant = sampleGrant("g1", subject.now, { expiresAt: subject.now + 100 });
      await grants.create(grant, sampleRefreshToken("g1", "r1", subject.now));
      const memberships = { orgs: [oddText], teams: [], askedAt: subject.now };
      const user = { ...grant.user, login: "renamed", memberships };
      expect(await grants.renewUser("g1", user)).toEqual({ ...grant, user });
      expect(await grants.ofRefreshToken("r1")).toEqual({ ...grant, user });
      expect(await grants.ofUser(grant.user.sub)).toEqual([{ ...grant, user }]);
      subject.now += 100;
      expect(await grants.find("g1")).toBeUndefined();
    });

    test("of two renewals at once, the one that asked later stays", async () => {
      const { grants } = subject.store;
      const { user } = sampleGrant("g1", subject.now);
      await grants.create(sampleGrant("g1", subject.now), undefined);
      const known = (askedAt: number) => ({ ...user, memberships: { orgs: [`${askedAt}`], teams: [], askedAt } });
      await Promise.all([5, 9, 7].map((askedAt) => grants.renewUser("g1", known(askedAt))));
      expect((await grants.find("g1"))?.user).toEqual(known(9));
    });

    test("a renewal brings no grant back, and makes none another user's", async () => {
      const { grants } = subject.store;
      const { user } = sampleGrant("g1", subject.now);
      await grants.create(sampleGrant("g1", subject.now), undefined);
      expect(await grants.renewUser("g1", { sub: "gh|2", login: "octocat" })).toBeUndefined();
      expect((await grants.find("g1"))?.user).toEqual(user);
      await Promise.all([grants.renewUser("g1", { ...user, login: "late" }), grants.revoke("g1")]);
      expect(await grants.find("g1")).toBeUndefined();
      expect(await grants.renewUser("g1", user)).toBeUndefined();
      expect(await grants.find("g1")).toBeUndefined();
      expect(await grants.renewUser("never", user)).toBeUndefined();
    });

    test("revocation ends the grant with its refresh tokens and says so once", async () => {
      const { grants } = subject.store;
      await grants.create(sampleGrant("g1", subject.now), sampleRefreshToken("g1", "r1", subject.now));
      await grants.create(sampleGrant("g2", subject.now), undefined);
      const feed = await listenTo(subject.store);
      await Promise.all([grants.revoke("g1"), grants.revoke("g1")]);
      await grants.revoke("g1");
      expect(await grants.find("g1")).toBeUndefined();
      expect(await grants.ofRefreshToken("r1")).toBeUndefined();
      await grants.revoke("g2");
      expect(await feed.until(2)).toEqual(["g1", "g2"].map((grantId) => ({ kind: "grant-revoked", grantId })));
    });

    test("an access token is revoked until its own end, and the feed says so", async () => {
      const { grants } = subject.store;
      const grant = sampleGrant("g1", subject.now);
      await grants.create(grant, undefined);
      const feed = await listenTo(subject.store);
      expect(await grants.ofAccessToken("g1", "j1")).toEqual(grant);
      await grants.revokeAccessToken("j1", subject.now + 100);
      await grants.revokeAccessToken("j1", subject.now + 100);
      await grants.revokeAccessToken(oddText, subject.now + 100);
      expect(await grants.ofAccessToken("g1", "j1")).toBeUndefined();
      expect(await grants.ofAccessToken("g1", oddText)).toBeUndefined();
      expect(await grants.ofAccessToken("g1", "j2")).toEqual(grant);
      expect(await feed.until(2)).toEqual(["j1", oddText].map((jti) => ({ kind: "access-token-revoked", jti })));
      subject.now += 100;
      expect(await grants.ofAccessToken("g1", "j1")).toEqual(grant);
    });

    test("of several access tokens each is told by itself, in their order", async () => {
      const { grants } = subject.store;
      const [first, second] = [sampleGrant("g1", subject.now), sampleGrant("g2", subject.now)];
      await Promise.all([grants.create(first, undefined), grants.create(second, undefined)]);
      await grants.revokeAccessToken("j2", subject.now + 100);
      const tokens = [
        ["g2", "j1"],
        ["g1", "j2"],
        ["never", "j1"],
        ["g1", "j1"],
        ["g2", "j1"],
      ] as const;
      const asked = tokens.map(([grantId, jti]) => ({ grantId, jti }));
      expect(await grants.ofAccessTokens(asked)).toEqual([second, undefined, undefined, first, second]);
      expect(await grants.ofAccessTokens([])).toEqual([]);
    });

    test("an access token ends with its grant", async () => {
      const { grants } = subject.store;
      await grants.create(sampleGrant("g1", subject.now), undefined);
      await grants.create(sampleGrant("short", subject.now, { expiresAt: subject.now + 1 }), undefined);
      await grants.revoke("g1");
      subject.now += 1;
      for (const id of ["g1", "short", "never", oddText]) expect(await grants.ofAccessToken(id, "j1")).toBeUndefined();
    });

    test("ends everything of one user, and nothing of another", async () => {
      const { grants, browserSessions, consents, codes } = subject.store;
      const [ours, other] = [
        { sub: oddText, login: "us" },
        { sub: "gh|2", login: "other" },
      ];
      await grants.create(sampleGrant("g1", subject.now, { user: ours }), undefined);
      await grants.create(sampleGrant("g2", subject.now, { user: ours, clientId: "c2" }), undefined);
      await grants.create(sampleGrant("g3", subject.now, { user: other }), undefined);
      const consent = { sub: ours.sub, clientId: "c1", redirectHost: "h", resource: "r", scope: "mcp" };
      await consents.remember(consent, subject.now);
      const session = { user: ours, authTime: subject.now, expiresAt: subject.now + 100 };
      await browserSessions.begin("ours", session);
      await browserSessions.begin("other", { ...session, user: other });
      await codes.issue("d1", sampleCode(subject.now, { user: ours, grantId: "g4" }));
      await codes.issue("d2", sampleCode(subject.now, { user: ours, grantId: "g5" }));
      await codes.spend("d2");
      const feed = await listenTo(subject.store);

      expect([...(await grants.revokeUser(ours.sub))].sort()).toEqual(["g1", "g2"]);

      expect((await feed.until(2)).map((event) => event.kind === "grant-revoked" && event.grantId).sort()).toEqual([
        "g1",
        "g2",
      ]);
      expect((await grants.list()).map(({ grantId }) => grantId)).toEqual(["g3"]);
      expect(await browserSessions.find("ours")).toBeUndefined();
      expect(await browserSessions.find("other")).toBeDefined();
      expect(await consents.givenAt(consent)).toBeUndefined();
      expect(await codes.spend("d1")).toEqual({ state: "unknown" });
      await grants.create(sampleGrant("g5", subject.now, { user: ours }), undefined); // the exchange of d2, under way
      expect(await grants.find("g5")).toBeUndefined();
      expect(await grants.revokeUser(ours.sub)).toEqual([]);
      expect(await grants.revokeUser("nobody")).toEqual([]);
    });
  });
}
