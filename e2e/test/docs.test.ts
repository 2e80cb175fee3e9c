import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "@jest/globals";
import { ways } from "../src/gateway.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** README.md and every page below docs/. */
async function pages(): Promise<string[]> {
  const docs = await readdir(join(root, "docs"), { recursive: true });
  return ["README.md", ...docs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name))];
}

/** The code of a page, in blocks and in lines. */
function codeOf(markdown: string): string[] {
  return (markdown.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).flatMap((code) => code.split("\n"));
}

let recipes: string[];
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...ways.just, "--summary"]);
  recipes = stdout.trim().split(" ");
});

test("every recipe that a page names is in the justfile", async () => {
  const named = [];
  for (const page of await pages()) {
    for (const line of codeOf(await readFile(join(root, page), "utf8"))) {
      for (const [, recipe] of line.matchAll(/\bjust (?!installed\b)([a-z][a-z-]*)/g)) named.push({ page, recipe });
    }
  }
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ recipe }) => !recipes.includes(`${recipe}`))).toEqual([]);
});

test("the README's two commands are the recipes that start the gateway and run the tests", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  expect(readme).toMatch(/^npx -y rust-just up\b/m);
  expect(readme).toMatch(/^npx -y rust-just test\b/m);
});
