import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { listenTo, oddText, sampleClient, sampleGrant, sampleRefreshToken } from "./samples.ts";

/** The contract of `Clients`. */
export function describeClients(subject: Subject): void {
  describe("clients", () => {
    test("finds a client as it was registered", async () => {
      const client = sampleClient("c1", { secretDigest: "d", expiresAt: subject.now + 10 });
      await subject.store.clients.register(client);
      expect(await subject.store.clients.find("c1")).toEqual(client);
    });

    test("refuses an id that exists, and keeps what was there", async () => {
      await subject.store.clients.register(sampleClient("c1", { redirectUris: ["https://first.example/cb"] }));
      await expect(subject.store.clients.register(sampleClient("c1"))).rejects.toThrow("registered already");
      expect((await subject.store.clients.find("c1"))?.redirectUris).toEqual(["https://first.example/cb"]);
    });

    test("of two concurrent registrations of one id exactly one succeeds", async () => {
      const { clients } = subject.store;
      const results = await Promise.allSettled([1, 2].map(() => clients.register(sampleClient("c1"))));
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    test.each([
      ["unknown", "nobody"],
      ["empty", ""],
      ["very long", "x".repeat(10_000)],
      ["beyond ASCII", oddText],
      ["ill-formed", "\ud800"],
    ])("an %s id is unknown", async (_what, id) => {
      const { clients } = subject.store;
      expect(await clients.find(id)).toBeUndefined();
      expect(await clients.remove(id)).toEqual([]);
      await expect(clients.touch(id, { lastUsedAt: 1, expiresAt: undefined })).resolves.toBeUndefined();
      expect(await clients.list()).toEqual([]);
    });

    test.each([
      ["beyond ASCII", oddText],
      ["very long", "y".repeat(5_000)],
      ["a URL", "https://client.example/metadata.json"],
    ])("an id %s is found again", async (_what, id) => {
      await subject.store.clients.register(sampleClient(id));
      expect((await subject.store.clients.find(id))?.clientId).toBe(id);
      expect((await subject.store.clients.list()).map(({ clientId }) => clientId)).toEqual([id]);
    });

    test("is gone from the moment of its end, and its id is free again", async () => {
      const { clients } = subject.store;
      await clients.register(sampleClient("c1", { expiresAt: subject.now + 10 }));
      subject.now += 9.9;
      expect(await clients.find("c1")).toBeDefined();
      subject.now += 0.1;
      expect(await clients.find("c1")).toBeUndefined();
      expect(await clients.list()).toEqual([]);
      await clients.touch("c1", { lastUsedAt: subject.now, expiresAt: subject.now + 10 });
      expect(await clients.find("c1")).toBeUndefined();
      await expect(clients.register(sampleClient("c1"))).resolves.toBeUndefined();
    });

    test("use moves the end of a client, and may take it away", async () => {
      const { clients } = subject.store;
      const { now } = subject;
      await clients.register(sampleClient("c1", { expiresAt: now + 10 }));
      await clients.touch("c1", { lastUsedAt: now + 5, expiresAt: now + 100 });
      expect(await clients.find("c1")).toMatchObject({ lastUsedAt: now + 5, expiresAt: now + 100 });
      subject.now += 50;
      await clients.touch("c1", { lastUsedAt: now + 50, expiresAt: undefined });
      subject.now += 10 ** 9;
      expect(await clients.find("c1")).toEqual(sampleClient("c1", { lastUsedAt: now + 50 }));
      expect(await clients.list()).toHaveLength(1);
    });

    test("a changed registration keeps its use, its end and its place", async () => {
      const { clients } = subject.store;
      const { now } = subject;
      for (const id of ["c1", "c2"]) await clients.register(sampleClient(id, { expiresAt: now + 10 }));
      await clients.touch("c1", { lastUsedAt: now + 1, expiresAt: now + 100 });
      const changed = sampleClient("c1", { redirectUris: ["https://other.example/cb"], secretDigest: "d" });
      expect(await clients.replace(changed, undefined)).toBe(true);
      expect(await clients.find("c1")).toEqual({ ...changed, lastUsedAt: now + 1, expiresAt: now + 100 });
      expect((await clients.list()).map(({ clientId }) => clientId)).toEqual(["c1", "c2"]);
    });

    test.each([["was never registered"], ["was removed"]])("a client that %s cannot be changed", async (what) => {
      const { clients } = subject.store;
      if (what === "was removed") {
        await clients.register(sampleClient("c1"));
        await clients.remove("c1");
      }
      expect(await clients.replace(sampleClient("c1"), undefined)).toBe(false);
      expect(await clients.find("c1")).toBeUndefined();
    });

    test.each([
      ["another token than the kept one", "other"],
      ["no token", undefined],
    ])("a registration is not changed by who showed %s", async (_what, expected) => {
      const { clients } = subject.store;
      const client = sampleClient("c1", { registrationTokenDigest: "kept" });
      await clients.register(client);
      const changed = { ...client, secretDigest: "d" };
      expect(await clients.replace(changed, expected)).toBe(false);
      expect(await clients.find("c1")).toEqual(client);
      expect(await clients.replace(changed, "kept")).toBe(true);
    });

    test("of concurrent changes that each end the token they were shown, one is done", async () => {
      const { clients } = subject.store;
      await clients.register(sampleClient("c1", { registrationTokenDigest: "first" }));
      const next = ["a", "b", "c"].map((token) => sampleClient("c1", { registrationTokenDigest: token }));
      const done = await Promise.all(next.map((client) => clients.replace(client, "first")));
      expect(done.filter((isDone) => isDone)).toHaveLength(1);
      expect((await clients.find("c1"))?.registrationTokenDigest).toBe(
        next[done.indexOf(true)]?.registrationTokenDigest,
      );
    });

    test("a client that describes itself elsewhere is kept as it last was, by however many at once", async () => {
      const { clients } = subject.store;
      await Promise.all([1, 2, 3].map(() => clients.remember(sampleClient("https://c.example/c"))));
      await clients.touch("https://c.example/c", { lastUsedAt: 1, expiresAt: subject.now + 100 });
      await clients.remember(sampleClient("https://c.example/c", { jwksUri: "https://c.example/jwks" }));
      expect(await clients.list()).toEqual([
        sampleClient("https://c.example/c", {
          jwksUri: "https://c.example/jwks",
          lastUsedAt: 1,
          expiresAt: subject.now + 100,
        }),
      ]);
      await clients.remove("https://c.example/c");
      await clients.remember(sampleClient("https://c.example/c"));
      expect(await clients.list()).toEqual([]);
    });

    test("many concurrent uses all succeed", async () => {
      const { clients } = subject.store;
      await clients.register(sampleClient("c1"));
      const uses = Array.from({ length: 30 }, (_, second) => ({ lastUsedAt: second, expiresAt: undefined }));
      await Promise.all(uses.map((use) => clients.touch("c1", use)));
      expect((await clients.find("c1"))?.lastUsedAt).toBeGreaterThanOrEqual(0);
    });

    test("lists in order of registration, whatever was used since", async () => {
      const { clients } = subject.store;
      for (const id of ["m", "z", "a", "k"]) await clients.register(sampleClient(id));
      await clients.touch("z", { lastUsedAt: 1, expiresAt: subject.now + 100 });
      expect((await clients.list()).map(({ clientId }) => clientId)).toEqual(["m", "z", "a", "k"]);
    });

    test("removal ends the client with its grants and says so, and no one else's", async () => {
      const { clients, grants } = subject.store;
      await clients.register(sampleClient("c1"));
      await grants.create(sampleGrant("g1", subject.now), sampleRefreshToken("g1", "r1", subject.now));
      await grants.create(sampleGrant("g2", subject.now), undefined);
      await grants.create(sampleGrant("other", subject.now, { clientId: "c2" }), undefined);
      const feed = await listenTo(subject.store);
      expect([...(await clients.remove("c1"))].sort()).toEqual(["g1", "g2"]);
      expect(await clients.find("c1")).toBeUndefined();
      expect(await clients.list()).toEqual([]);
      expect(await grants.find("g1")).toBeUndefined();
      expect(await grants.ofRefreshToken("r1")).toBeUndefined();
      expect((await grants.list()).map(({ grantId }) => grantId)).toEqual(["other"]);
      expect(new Set(await feed.until(2))).toEqual(
        new Set(["g1", "g2"].map((grantId) => ({ kind: "grant-revoked", grantId }))),
      );
      expect(await clients.remove("c1")).toEqual([]);
    });

    test("a grant that is being made while its client is removed does not live", async () => {
      const { clients, grants } = subject.store;
      await clients.register(sampleClient("c1"));
      await Promise.all([
        ...["g1", "g2", "g3"].map((id) => grants.create(sampleGrant(id, subject.now), undefined)),
        clients.remove("c1"),
        ...["g4", "g5", "g6"].map((id) => grants.create(sampleGrant(id, subject.now), undefined)),
      ]);
      await grants.create(sampleGrant("late", subject.now), undefined);
      expect(await grants.list()).toEqual([]);
    });

    test("a client that was never registered here may hold grants, and loses them alike", async () => {
      const { clients, grants } = subject.store;
      await grants.create(sampleGrant("g1", subject.now, { clientId: "static" }), undefined);
      expect(await clients.remove("static")).toEqual(["g1"]);
      expect(await grants.find("g1")).toBeUndefined();
    });
  });
}
