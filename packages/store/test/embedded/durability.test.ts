import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openEmbeddedStore } from "../../src/index.ts";
import { Writer } from "./writer.ts";

/** Stores that are written to and killed at the same time, and how often each: a hundred times in all. */
const stores = 4;
const rounds = 25;

describe("kill -9 of the process that writes", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-kill-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("at random moments, a hundred times: everything acknowledged is there, and the folder is free at once", async () => {
    const folders = Array.from({ length: stores }, (_, number) => join(folder, `${number}`));
    await Promise.all(folders.map(killAgainAndAgain));
  }, 300_000);
});

async function killAgainAndAgain(folder: string): Promise<void> {
  await mkdir(folder);
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const writer = new Writer(folder, `w${round}`);
    await writer.spoken(2); // that it is open, and the first that it keeps
    await delay(Math.random() * 20); // the moment is what is tried
    await writer.kill();
    expect(writer.lines[0]).toBe("open");
    acknowledged.push(...writer.lines.slice(1));
  }
  const store = await openEmbeddedStore({ folder, clock: () => Date.now() / 1000 });
  const kept = new Set((await store.clients.list()).map(({ clientId }) => clientId));
  await store.close();
  expect(acknowledged.length).toBeGreaterThanOrEqual(rounds);
  expect(acknowledged.filter((clientId) => !kept.has(clientId))).toEqual([]);
  expect((await readdir(folder)).filter((name) => name.includes("sock"))).toEqual([]);
}
