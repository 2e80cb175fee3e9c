import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openEmbeddedStore } from "../../src/index.ts";
import { Writer } from "./writer.ts";

describe("kill -9 of the process that writes", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-kill-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("at random moments, a hundred times: everything acknowledged is there, and the folder is free at once", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 100; round += 1) {
      const writer = new Writer(folder, `w${round}`);
      await writer.spoken();
      await delay(Math.random() * 40); // the moment is what is tried
      await writer.kill();
      expect(writer.lines[0]).toBe("open");
      acknowledged.push(...writer.lines.slice(1));
    }
    const store = await openEmbeddedStore({ folder, clock: () => Date.now() / 1000 });
    const kept = new Set((await store.clients.list()).map(({ clientId }) => clientId));
    await store.close();
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(acknowledged.filter((clientId) => !kept.has(clientId))).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.includes("sock"))).toEqual([]);
  }, 300_000);
});
