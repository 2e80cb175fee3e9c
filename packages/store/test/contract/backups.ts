import { describe, expect, test } from "@jest/globals";
import type { Snapshot } from "../../src/index.ts";
import type { Subject } from "../contract.ts";
import { listenTo, oddText, sampleClient, sampleGrant, sampleRefreshToken } from "./samples.ts";

const keep = { clear: false, dryRun: false };
const nothing = { restored: 0, kept: 0, expired: 0 };

/** What `rotate` is told of the token `presentedDigest`. */
function useOf(presentedDigest: string, successor: string, now: number) {
  return {
    ...{ presentedDigest, clientId: "c1", sealedSuccessor: "sealed", grace: 0, onReuse: "revoke" as const },
    successor: { digest: successor, issuedAt: now, expiresAt: now + 1_000 },
  };
}

/** The contract of backups and of the purge of what has expired. */
export function describeBackups(subject: Subject): void {
  /** A client with a grant that may refresh, a personal token's grant, and a mark of each kind. */
  const fill = async () => {
    const { clients, grants, clientAssertions } = subject.store;
    await clients.register(sampleClient("c1", { secretDigest: "d" }));
    await grants.create(sampleGrant("g1", subject.now), sampleRefreshToken("g1", "r1", subject.now));
    await grants.create(sampleGrant("g2", subject.now, { name: oddText }), undefined);
    await grants.create(sampleGrant("ended", subject.now), undefined);
    await grants.revoke("ended");
    await grants.revokeAccessToken("j1", subject.now + 100);
    await clientAssertions.spend("c1", "a1", subject.now + 100);
  };
  /** As through a file. */
  const takeSnapshot = async () => JSON.parse(JSON.stringify(await subject.store.backups.take())) as Snapshot;
  /** The store as it is after its loss. */
  const lose = async () => {
    const { clients, grants } = subject.store;
    for (const { grantId } of await grants.list()) await grants.revoke(grantId);
    for (const { clientId } of await clients.list()) await clients.remove(clientId);
  };

  describe("backups", () => {
    test("a grant that was revoked since is not brought back, nor its refresh token", async () => {
      const { store } = subject;
      await fill();
      const snapshot = await takeSnapshot();
      await store.grants.revoke("g1");
      const { grants, refreshTokens } = await store.backups.restore(snapshot, keep);
      expect([grants, refreshTokens].map(({ restored }) => restored)).toEqual([0, 0]);
      expect(await store.grants.find("g1")).toBeUndefined();
      expect(await store.grants.ofRefreshToken("r1")).toBeUndefined();
      await store.backups.restore(snapshot, { clear: true, dryRun: false });
      expect(await store.grants.find("g1")).toBeUndefined();
    });

    test("a refresh token that was used since stays used, and its replay ends the family", async () => {
      const { store } = subject;
      await fill();
      const snapshot = await takeSnapshot();
      expect(await store.grants.rotate(useOf("r1", "r2", subject.now))).toMatchObject({ state: "rotated" });
      await store.backups.restore(snapshot, { clear: true, dryRun: false });
      expect(await store.grants.ofRefreshToken("r2")).toBeDefined();
      subject.now += 1;
      expect(await store.grants.rotate(useOf("r1", "r3", subject.now))).toMatchObject({ state: "reused" });
      expect(await store.grants.find("g1")).toBeUndefined();
    });

    test("revocations and spent assertions of a snapshot hold in a store that knows nothing of them", async () => {
      const { store } = subject;
      await fill();
      const { endedGrants, revokedAccessTokens, usedAssertions } = await takeSnapshot();
      expect([endedGrants, revokedAccessTokens, usedAssertions].map(({ length }) => length)).toEqual([1, 1, 1]);
      const empty = { clients: [], grants: [], refreshTokens: [], loginOwners: [] };
      const elsewhere = revokedAccessTokens.map(({ expiresAt }) => ({ jti: "j2", expiresAt }));
      const marks = { endedGrants: [{ grantId: "g9", expiresAt: subject.now + 9 }], revokedAccessTokens: elsewhere };
      const restored = await store.backups.restore({ ...empty, ...marks, usedAssertions }, keep);
      expect(restored.marks).toEqual({ restored: 2, kept: 1, expired: 0 });
      await store.grants.create(sampleGrant("g9", subject.now), undefined);
      expect(await store.grants.find("g9")).toBeUndefined();
      expect(await store.grants.ofAccessToken("g2", "j2")).toBeUndefined();
      expect(await store.grants.ofAccessToken("g2", "j3")).toBeDefined();
      expect(await store.clientAssertions.spend("c1", "a1", subject.now + 100)).toBe(false);
    });

    test("whose a login was first stays known", async () => {
      const { store } = subject;
      await store.loginOwners.claim("octocat", "gh|1");
      const { loginOwners } = await takeSnapshot();
      expect(loginOwners).toEqual([{ login: "octocat", sub: "gh|1" }]);
      const none = { clients: [], grants: [], refreshTokens: [], endedGrants: [], revokedAccessTokens: [] };
      const other = {
        ...none,
        usedAssertions: [],
        loginOwners: ["octocat", "hubot"].map((login) => ({ login, sub: "gh|2" })),
      };
      expect((await store.backups.restore(other, keep)).marks).toEqual({ restored: 1, kept: 1, expired: 0 });
      expect(await store.loginOwners.claim("octocat", "gh|3")).toBe("gh|1");
      expect(await store.loginOwners.claim("hubot", "gh|3")).toBe("gh|2");
    });

    test("what has expired since stays away", async () => {
      const { store } = subject;
      await store.clients.register(sampleClient("c1", { expiresAt: subject.now + 10 }));
      await store.grants.create(sampleGrant("g1", subject.now, { expiresAt: subject.now + 10 }), undefined);
      const snapshot = await takeSnapshot();
      subject.now += 10;
      const restored = await store.backups.restore(snapshot, keep);
      expect(restored).toMatchObject({ clients: { ...nothing, expired: 1 }, grants: { ...nothing, expired: 1 } });
      expect(await store.clients.find("c1")).toBeUndefined();
      expect(await store.grants.list()).toEqual([]);
    });

    test("a client that was removed comes back, the grants that ended with it do not", async () => {
      const { store } = subject;
      await fill();
      const before = await store.clients.find("c1");
      const snapshot = await takeSnapshot();
      await lose();
      expect(await store.backups.restore(snapshot, keep)).toMatchObject({
        clients: { restored: 1 },
        grants: { kept: 2 },
      });
      expect(await store.clients.find("c1")).toEqual(before);
      expect((await store.clients.list()).map(({ clientId }) => clientId)).toEqual(["c1"]);
      expect(await store.grants.list()).toEqual([]);
    });

    test("what the store never had comes whole, in its old order and under its indexes", async () => {
      const { store } = subject;
      const { now } = subject;
      const refresh = { token: sampleRefreshToken("z", "r9", now) };
      const snapshot: Snapshot = {
        clients: ["z", "a"].map((id, order) => ({ client: sampleClient(id), order })),
        grants: ["z", "a"].map((id, order) => ({ grant: sampleGrant(id, now), order })),
        refreshTokens: [refresh, { token: sampleRefreshToken("of no grant", "r8", now) }],
        ...{ loginOwners: [], endedGrants: [], revokedAccessTokens: [], usedAssertions: [] },
      };
      await store.backups.restore(snapshot, keep);
      expect((await store.clients.list()).map(({ clientId }) => clientId)).toEqual(["z", "a"]);
      expect((await store.grants.ofUser("gh|1")).map(({ grantId }) => grantId)).toEqual(["z", "a"]);
      expect(await store.grants.rotate(useOf("r9", "r10", now))).toMatchObject({ state: "rotated" });
      expect([...(await store.clients.remove("c1"))].sort()).toEqual(["a", "z"]);
      expect(await store.grants.ofRefreshToken("r8")).toBeUndefined();
    });

    test("a later state in the store is not overwritten", async () => {
      const { store } = subject;
      await fill();
      const snapshot = await takeSnapshot();
      await store.clients.replace(sampleClient("c1", { redirectUris: ["https://later.example/cb"] }), undefined);
      await store.backups.restore(snapshot, keep);
      expect((await store.clients.find("c1"))?.redirectUris).toEqual(["https://later.example/cb"]);
    });

    test("clear ends the clients and grants that the snapshot does not have, and says so", async () => {
      const { store } = subject;
      await fill();
      const snapshot = await takeSnapshot();
      await store.clients.register(sampleClient("late"));
      await store.grants.create(sampleGrant("g3", subject.now), undefined);
      const feed = await listenTo(store);
      expect(await store.backups.restore(snapshot, { clear: true, dryRun: false })).toMatchObject({
        ...{ removedClients: 1, revokedGrants: 1 },
      });
      expect(await feed.until(1)).toEqual([{ kind: "grant-revoked", grantId: "g3" }]);
      expect((await store.clients.list()).map(({ clientId }) => clientId)).toEqual(["c1"]);
      expect((await store.grants.list()).map(({ grantId }) => grantId)).toEqual(["g1", "g2"]);
    });

    test("a dry run counts the same and changes nothing", async () => {
      const { store } = subject;
      await fill();
      const snapshot = { ...(await takeSnapshot()), clients: [{ client: sampleClient("c2"), order: 1 }] };
      const counted = await store.backups.restore(snapshot, { clear: true, dryRun: true });
      expect((await store.clients.list()).map(({ clientId }) => clientId)).toEqual(["c1"]);
      expect(await store.backups.restore(snapshot, { clear: true, dryRun: false })).toEqual(counted);
      expect((await store.clients.list()).map(({ clientId }) => clientId)).toEqual(["c2"]);
    });

    test("more records than one change may touch", async () => {
      const { store } = subject;
      const ids = Array.from({ length: 1_450 }, (_, n) => `c${n}`);
      const clients = ids.map((id, order) => ({ client: sampleClient(id), order }));
      const none = {
        grants: [],
        refreshTokens: [],
        loginOwners: [],
        endedGrants: [],
        revokedAccessTokens: [],
        usedAssertions: [],
      };
      expect((await store.backups.restore({ clients, ...none }, keep)).clients.restored).toBe(1_450);
      expect((await store.backups.take()).clients).toHaveLength(1_450);
    });
  });

  describe("the purge of what has expired", () => {
    test("counts in a dry run, drops, and then finds nothing more", async () => {
      const { store } = subject;
      await fill();
      await store.purgeExpired({ dryRun: false });
      await store.grants.create(sampleGrant("short", subject.now, { expiresAt: subject.now + 10 }), undefined);
      await store.clients.register(sampleClient("short", { expiresAt: subject.now + 10 }));
      subject.now += 10;
      const counted = await store.purgeExpired({ dryRun: true });
      expect(counted).toEqual({ records: 2, memberships: 4 });
      expect(await store.purgeExpired({ dryRun: false })).toEqual(counted);
      expect(await store.purgeExpired({ dryRun: true })).toEqual({ records: 0, memberships: 0 });
      expect((await store.grants.list()).map(({ grantId }) => grantId)).toEqual(["g1", "g2"]);
    });
  });
}
