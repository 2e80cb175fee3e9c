import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { openEmbeddedStore } from "../../src/index.ts";
import { typescriptArguments } from "./writer.ts";

test("a full disk: writes are refused as unavailable, reads go on, and nothing acknowledged is lost", async () => {
  const folder = await mkdtemp(join(tmpdir(), "store-full-"));
  // A limit on the size of a file has the effect of a full disk, and needs no rights.
  const limited = ["-c", 'ulimit -f 4000 && exec "$@"', "sh", process.execPath];
  const argv = [...limited, ...typescriptArguments("embedded-until-full.ts"), folder];
  const { stdout } = await promisify(execFile)("sh", argv);
  const said = JSON.parse(stdout) as { acknowledged: number };
  expect(said).toMatchObject({ error: "StoreUnavailable", again: "StoreUnavailable", kept: said.acknowledged });
  expect(said.acknowledged).toBeGreaterThan(10);
  const store = await openEmbeddedStore({ folder, clock: () => Date.now() / 1000 });
  expect(await store.clients.list()).toHaveLength(said.acknowledged);
  await store.close();
  await rm(folder, { recursive: true });
});
