import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const page = read("docs/eras.md");
const [, table = ""] = page.split("## What is proven for each pair");
const rows = [...table.matchAll(/^\| (.*) \|$/gm)].map(([, cells = ""]) => cells.split(" | ")).slice(2);
const tests = new Map(
  [...table.matchAll(/^\[([\w-]+)\]: \.\.\/(\S+) (["'])(.*)\3$/gm)].map(([, key = "", path = "", , title = ""]) => [
    key,
    { path, title },
  ]),
);
const cells = rows.flatMap(([what, ...pairs]) =>
  pairs.map((cell) => ({ what, key: /^\[([\w-]+)\]$/.exec(cell)?.[1] })),
);

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");
}

describe("the table of docs/eras.md", () => {
  test("has a cell for each pair in each row", () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => row.length !== 5)).toEqual([]);
  });

  test("names a test that it says the place of in each of its links, and no others", () => {
    const named = new Set(cells.flatMap(({ key }) => key ?? []));
    expect([...named].sort()).toEqual([...tests.keys()].sort());
  });

  test.each([...tests])("names a test that is there: %s", (_key, { path, title }) =>
    expect(read(path)).toContain(title),
  );
});
