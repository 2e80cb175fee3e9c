import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openDataDir, writePrivately } from "../src/data-dir.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-data-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("the data folder", () => {
  test("is made for its owner alone, with all its rooms", () => {
    const { path, run, auth, logs } = openDataDir(join(folder, "a/b"));
    expect([path, run, auth, logs].map(modeOf)).toEqual([0o700, 0o700, 0o700, 0o700]);
    expect(readdirSync(path)).toContain("files");
  });

  test("is closed to others when it is empty", () => {
    chmodSync(folder, 0o755);
    openDataDir(folder);
    expect(modeOf(folder)).toBe(0o700);
  });

  test("is refused when it is in use and open to others", () => {
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "x"), "");
    expect(() => openDataDir(folder)).toThrow(`chmod 700 ${folder}`);
    expect(modeOf(folder)).toBe(0o755);
  });

  test("that cannot be made is refused with the variable, what was found and what is allowed", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const [path, code] of [
      [file, "EEXIST"],
      [join(file, "x"), "ENOTDIR"],
    ] as const) {
      expect(() => openDataDir(path)).toThrow(
        `GATEWAY_DATA_DIR: found ${path} (${code}); allowed: a folder that you may make or write to`,
      );
    }
  });

  test("takes files that only their owner reads", () => {
    const file = join(folder, "routes.json");
    writePrivately(file, "1");
    writePrivately(file, "2");
    expect([modeOf(file), readdirSync(folder)]).toEqual([0o600, ["routes.json"]]);
  });

  test("names a file that cannot be written, and leaves no draft of it", () => {
    const file = join(folder, "gateway.json");
    mkdirSync(file);
    expect(() => writePrivately(file, "1")).toThrow(`${file} cannot be written (EISDIR)`);
    expect(readdirSync(folder)).toEqual(["gateway.json"]);
  });
});
