import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore, type Store } from "@gateway/store";
import { endSubprocess, type Guardian, openGuardian, startSubprocess } from "@gateway/subprocess";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const folder = mkdtempSync(join(tmpdir(), "descriptors-"));
let store: Store;
let guardian: Guardian;
beforeAll(async () => {
  store = await openEmbeddedStore({ folder, clock: () => Date.now() / 1_000 });
  guardian = await openGuardian();
});
afterAll(async () => {
  await Promise.all([guardian.close(), store.close()]);
  rmSync(folder, { recursive: true });
});

const linksOf = (pid: number | "self") =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return []; // the listing's own
    }
  });

describe("a child of a process with an open session store", () => {
  test("has three pipes, and nothing of that process", async () => {
    expect(linksOf("self")).toContain(join(folder, "store.mdb")); // which LMDB opens so that a child has it too
    const child = await startSubprocess({ command: ["cat"], env: { PATH: process.env.PATH ?? "" }, guardian });
    child.stdin.write("read by the program: it runs, not the fork of ours");
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const links = linksOf(child.pid);
    await endSubprocess(child);
    expect(links.filter((link) => link.startsWith("socket:"))).toHaveLength(3);
    expect(links.filter((link) => !link.startsWith("socket:") && link !== "/dev/null")).toEqual([]);
  });
});
