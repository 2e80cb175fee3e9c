import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const text = readFileSync(new URL("../../pnpm-lock.yaml", import.meta.url), "utf8");

/** What is compiled for each platform, of all that building, checking and testing load. */
const compiled = [
  ...[
    "@biomejs/cli",
    "@lmdb/lmdb",
    "@oxc-parser/binding",
    "@oxc-resolver/binding",
    "@swc/core",
    "@typescript/typescript",
  ],
  "@unrs/resolver-binding",
];
const platforms = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];

// An optional dependency that could not be found when the file was written is left out of it without a word, and is then
// missing on every machine of that platform: pnpm install --lockfile-only --fix-lockfile takes it up.
describe("pnpm-lock.yaml", () => {
  test.each(compiled.flatMap((name) => platforms.map((platform) => `${name}-${platform}`)))("has %s", (name) => {
    expect(text).toMatch(new RegExp(`^  '${name}[^']*@\\d`, "m"));
  });

  test("names no registry: everyone uses their own", () => {
    expect(text).not.toMatch(/https?:\/\//);
    expect(text).not.toContain("tarball:");
  });
});
