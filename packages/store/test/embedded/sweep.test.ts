import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { EmbeddedEngine } from "../../src/embedded/engine.ts";
import { sweepExpired } from "../../src/embedded/sweep.ts";
import { openTables, type Tables } from "../../src/embedded/tables.ts";
import { storeOver } from "../../src/store-over.ts";
import { sampleClient, sampleCode, sampleGrant } from "../contract/samples.ts";

describe("sweeping", () => {
  let folder: string;
  let tables: Tables;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-sweep-"));
    tables = await openTables(join(folder, "store.mdb"));
  });
  afterEach(async () => {
    await tables.root.close();
    await rm(folder, { recursive: true });
  });
  const counts = () => [tables.records, tables.memberships, tables.due].map((table) => table.getCount());

  test("removes what has expired from all tables, and nothing that lives", async () => {
    const store = storeOver(new EmbeddedEngine(tables), () => 0);
    await store.clients.register(sampleClient("for-ever"));
    await store.clients.register(sampleClient("used", { expiresAt: 10 }));
    await store.clients.touch("used", { lastUsedAt: 5, expiresAt: 1_000 });
    const living = counts();
    await store.clients.register(sampleClient("gone", { expiresAt: 10 }));
    await store.grants.create(sampleGrant("g1", 0, { expiresAt: 10 }), undefined);
    await store.codes.issue("d1", sampleCode(-700));
    await sweepExpired(tables, 10.5, 1_000);
    expect(counts().slice(0, 2)).toEqual(living.slice(0, 2));
    expect((await store.clients.list()).map(({ clientId }) => clientId)).toEqual(["for-ever", "used"]);
    await sweepExpired(tables, 2_000, 1_000);
    expect(counts()).toEqual([1, 1, 0]);
  });

  test("does a bounded amount of work at once, the oldest first", async () => {
    const store = storeOver(new EmbeddedEngine(tables), () => 0);
    for (let number = 1; number <= 10; number += 1) {
      await store.pendingAuthorizations.keep(
        { id: `p${number}`, request: sampleCode(0).request, browserDigest: "b" },
        number,
      );
    }
    expect(await sweepExpired(tables, 100, 4)).toBe(4);
    expect(await store.pendingAuthorizations.find("p4")).toBeUndefined();
    expect(await store.pendingAuthorizations.find("p5")).toBeDefined();
    expect(await sweepExpired(tables, 100, 100)).toBe(6);
    expect(await sweepExpired(tables, 100, 100)).toBe(0);
  });
});
