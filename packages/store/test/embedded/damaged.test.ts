import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openEmbeddedStore } from "../../src/index.ts";
import { typescriptArguments } from "./writer.ts";

const clock = () => Date.now() / 1000;
const pageSize = 4096; // of LMDB, where it is the system's
const clientCount = 60;

describe("the file of an embedded store", () => {
  let folder: string;
  let path: string;
  let sound: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-damaged-"));
    path = join(folder, "store.mdb");
    await fill(folder);
    sound = await readFile(path);
  });
  beforeEach(() => writeFile(path, sound));
  afterAll(() => rm(folder, { recursive: true }));

  const zeroed = (from: number, pages: number) =>
    Buffer.from(sound).fill(0, from * pageSize, (from + pages) * pageSize);
  const noise = (bytes: number) => Buffer.alloc(bytes, "not what LMDB wrote");
  /** With every page of keys and values changed, in what is behind its header: first where each of them is. */
  function inLeaves(change: (list: Buffer) => void): Buffer {
    const damaged = Buffer.from(sound);
    for (let page = 0; page < sound.length; page += pageSize) {
      if (sound.readUInt16LE(page + 18) === 2) change(damaged.subarray(page + 24, page + 512));
    }
    return damaged;
  }

  test.each<[string, () => Buffer, RegExp]>([
    ["that is empty", () => Buffer.alloc(0), /it is empty/],
    ["cut after some bytes", () => sound.subarray(0, 100), /it ends within its first pages/],
    ["cut after a page", () => sound.subarray(0, pageSize), /it ends within its first pages/],
    ["cut after its first two pages", () => sound.subarray(0, 2 * pageSize), /it ends before page \d+/],
    ["cut in half", () => sound.subarray(0, sound.length / 2), /it ends before page \d+/],
    ["of other bytes", () => noise(sound.length), /does not begin as an LMDB file does/],
    [
      "with other bytes after its first pages",
      () => Buffer.concat([sound.subarray(0, 2 * pageSize), noise(sound.length)]),
      /page \d+ is not what belongs there/,
    ],
    [
      "with four pages of zeros",
      () => zeroed(Math.floor(sound.length / pageSize / 2), 4),
      /page \d+ is not what belongs there/,
    ],
    ["whose second page is of zeros", () => zeroed(1, 1), /does not begin as an LMDB file does/],
    [
      "with a sector of zeros in each page",
      () => inLeaves((list) => list.fill(0)),
      /page \d+ is not what belongs there/,
    ],
    [
      "with keys in another order",
      () => inLeaves((list) => Buffer.from(list.subarray(0, 4)).swap32().swap16().copy(list)),
      /page \d+ is out of order/,
    ],
  ])("%s is refused, with what is wrong and what to do, and is left as it is", async (_what, damage, found) => {
    const damaged = damage();
    await writeFile(path, damaged);
    const [said] = await openInChild([folder]);
    expect(said).toMatch(found);
    expect(said).toContain(`The store ${path} is damaged`);
    expect(said).toContain("just restore");
    expect((await readFile(path)).equals(damaged)).toBe(true);
  });

  test("with any one page of zeros is refused, or nothing was on that page: never does it end the process", async () => {
    const folders: string[] = [];
    for (let page = 0; page < sound.length / pageSize; page += 1) {
      const own = join(folder, `page-${page}`);
      await mkdir(own);
      await writeFile(join(own, "store.mdb"), zeroed(page, 1));
      folders.push(own);
    }
    const said = await openInChild(folders);
    expect(said).toHaveLength(folders.length);
    expect(said.filter((line) => !line.includes("is damaged") && line !== `${clientCount} clients`)).toEqual([]);
    expect(said.filter((line) => line.includes("is damaged")).length).toBeGreaterThan(10);
  });

  test("is refused by a name and a code, and its folder is free again", async () => {
    await writeFile(path, "");
    const refusal = { name: "StoreDamaged", code: "STORE_DAMAGED", file: path };
    await expect(openEmbeddedStore({ folder, clock })).rejects.toMatchObject(refusal);
    await expect(openEmbeddedStore({ folder, clock })).rejects.toMatchObject(refusal);
  });

  test("moved away makes room for an empty one", async () => {
    await writeFile(path, sound.subarray(0, pageSize));
    await rename(path, `${path}.damaged`);
    expect(await openInChild([folder])).toEqual(["0 clients"]);
  });

  test("keeps all that was committed when a write behind it was cut off", async () => {
    await writeFile(path, Buffer.concat([sound, noise(3 * pageSize + 100)]));
    expect(await openInChild([folder])).toEqual([`${clientCount} clients`]);
  });

  test("is made anew where a first start was killed before it had its name", async () => {
    const own = await mkdtemp(join(folder, "first-"));
    await writeFile(join(own, "store.mdb.new"), "");
    expect(await openInChild([own])).toEqual(["0 clients"]);
    expect((await readdir(own)).sort()).toEqual(["store.mdb", "store.mdb-lock"]);
  });
});

/** Fills a store so that its file has branches, values over several pages, and pages that are free again. */
async function fill(folder: string): Promise<void> {
  const store = await openEmbeddedStore({ folder, clock });
  for (let number = 0; number < clientCount + 20; number += 1) {
    await store.clients.register({
      clientId: `client-${number}`,
      clientIdIssuedAt: number,
      redirectUris: ["http://127.0.0.1/callback"],
      grantTypes: ["authorization_code"],
      responseTypes: ["code"],
      tokenEndpointAuthMethod: "none",
      display: { client_name: "x".repeat(number % 10 === 0 ? 9_000 : 500) },
    });
  }
  for (let number = 0; number < 20; number += 1) await store.clients.remove(`client-${number}`);
  await store.close();
}

/** What a process of its own says of each folder; throws where a signal ended it. */
async function openInChild(folders: readonly string[]): Promise<readonly string[]> {
  const argv = [...typescriptArguments("embedded-opener.ts"), ...folders];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return stdout.trimEnd().split("\n");
}
