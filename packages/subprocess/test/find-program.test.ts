import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findProgram } from "../src/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-program-"));
  for (const name of ["first", "second"]) await mkdir(join(folder, name, "folder"), { recursive: true });
  await writeFile(join(folder, "first", "program"), "", { mode: 0o644 });
  await writeFile(join(folder, "second", "program"), "");
  await chmod(join(folder, "second", "program"), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

describe("the file that a command starts", () => {
  test.each([
    ["one that is not there", "other"],
    ["a folder", "folder"],
    ["one by a path that is not there", "./program"],
    ["one that may not be run", "first/program"],
  ])("is none for %s", (_what, program) =>
    expect(findProgram(program, `${folder}/first:${folder}/second`, folder)).toBeUndefined(),
  );

  test.each(["program", "second/program", "./second/program"])("is found for %s", (program) =>
    expect(findProgram(program, `relative::${folder}/first:${folder}/second`, folder)).toBe(`${folder}/second/program`),
  );
});
