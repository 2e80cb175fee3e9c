import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { lockFolder } from "../../src/embedded/folder-lock.ts";
import { openEmbeddedStore, type Store } from "../../src/index.ts";
import { Writer } from "./writer.ts";

const clock = () => Date.now() / 1000;

describe("one process per folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-lock-"));
  });
  const stores: Store[] = [];
  const writers: Writer[] = [];
  afterEach(async () => {
    await Promise.all(writers.splice(0).map((writer) => writer.kill()));
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await rm(folder, { recursive: true });
  });
  async function open(): Promise<Store> {
    const store = await openEmbeddedStore({ folder, clock });
    stores.push(store);
    return store;
  }
  function write(prefix: string): Writer {
    const writer = new Writer(folder, prefix);
    writers.push(writer);
    return writer;
  }

  test("a second process is refused, with the folder, the holder's id and what to do; the first goes on", async () => {
    const store = await open();
    const writer = write("second");
    await writer.ended();
    expect(writer.lines).toEqual([expect.stringContaining(`${folder} is in use by process ${process.pid}`)]);
    expect(writer.lines[0]).toContain("Stop that one first");
    await expect(store.ping()).resolves.toBeUndefined();
  });

  test("the folder of a process that was killed is free at once, that of a living one is not", async () => {
    const writer = write("first");
    await writer.spoken();
    const refused = { name: "StoreInUse", code: "STORE_IN_USE", folder, pid: writer.pid };
    await expect(openEmbeddedStore({ folder, clock })).rejects.toMatchObject(refused);
    await writer.kill();
    await (await openEmbeddedStore({ folder, clock })).close();
  });

  test("a holder that is stopped and cannot answer is not robbed", async () => {
    const writer = write("first");
    await writer.spoken();
    process.kill(writer.pid, "SIGSTOP");
    await expect(openEmbeddedStore({ folder, clock })).rejects.toThrow("too busy to say");
    await writer.kill();
  });

  test("of many that want it at once exactly one gets it", async () => {
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.allSettled(Array.from({ length: 6 }, () => lockFolder(folder)));
      const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(won).toHaveLength(1);
      await Promise.all(won.map((lock) => lock.release()));
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test("a folder deeper than a socket's path may be long is locked as well", async () => {
    const deep = join(folder, "d".repeat(120), "e".repeat(120));
    await mkdir(deep, { recursive: true });
    const lock = await lockFolder(deep);
    await expect(lockFolder(deep)).rejects.toMatchObject({ pid: process.pid });
    await lock.release();
    await (await lockFolder(deep)).release();
  });

  test("closing frees the folder, and leaves it to its owner alone", async () => {
    const inside = join(folder, "made", "here");
    await (await openEmbeddedStore({ folder: inside, clock })).close();
    await (await openEmbeddedStore({ folder: inside, clock })).close();
    expect((await stat(inside)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(inside)) expect((await stat(join(inside, name))).mode & 0o777).toBe(0o600);
  });
});
