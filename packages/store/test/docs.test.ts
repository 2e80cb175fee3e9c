import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { indexPrefixes, recordPrefixes } from "../src/keys.ts";

test("docs/storage.md lists exactly the keys that the code uses", async () => {
  const text = await readFile(new URL("../../../docs/storage.md", import.meta.url), "utf8");
  const listed = [...text.matchAll(/^\| `([a-z_]+:?)/gm)].map(([, prefix]) => prefix);
  const used = [...Object.values(recordPrefixes), ...Object.values(indexPrefixes)];
  expect(listed.sort()).toEqual(used.sort());
});
