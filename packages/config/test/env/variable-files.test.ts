import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { AuthEnv, parseEnv, readVariableFiles } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "variable-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (text: string) => {
  const file = join(folder, `${Math.random()}`);
  writeFileSync(file, text);
  return file;
};
const needed = { ISSUER: "https://auth.example.com", RESOURCES_FILE: "/r.json", DATA_DIR: "/data" };

test("a file that cannot be read is refused by its variable's name", () => {
  const read = () => readVariableFiles(AuthEnv, { GITHUB_CLIENT_SECRET_FILE: join(folder, "none") });
  expect(read).toThrow(/GITHUB_CLIENT_SECRET_FILE.*ENOENT/s);
});

test("a mistake in a file's text is told without the text", () => {
  const env = readVariableFiles(AuthEnv, { ...needed, GATEWAY_JWT_SECRET_FILE: fileOf("too-short") });
  expect(() => parseEnv(AuthEnv, env)).toThrow(/GATEWAY_JWT_SECRET(?!.*too-short)/s);
});

test.each([
  ["is the variable's value, less the newline at its end", "of the file\n", {}, "of the file"],
  ["sets nothing when it is empty", "", {}, undefined],
  ["loses to the variable itself", "of the file", { REDIS_PASSWORD: "itself" }, "itself"],
])("a file %s", (_, text, env, value) => {
  const read = readVariableFiles(AuthEnv, { ...env, REDIS_PASSWORD_FILE: fileOf(text) });
  expect(read.REDIS_PASSWORD || undefined).toBe(value);
});

test("a variable whose own name ends with _FILE is none of those", () => {
  expect(readVariableFiles(AuthEnv, needed)).toEqual(needed);
});
