import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { openEmbeddedStore } from "../../src/index.ts";
import { describeStoreContract } from "../contract.ts";

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "store-contract-"));
});
afterAll(() => rm(parent, { recursive: true }));

describeStoreContract("embedded", async (clock) => {
  const folder = await mkdtemp(join(parent, "store-"));
  return openEmbeddedStore({ folder, clock });
});
