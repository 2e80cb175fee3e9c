import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { buildHere, buildOf } from "../../src/era/build.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "build-"));
  await write("server", "1");
  await write("main.py", "1");
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
};
const server = (...command: [string, ...string[]]) => ({ command, cwd: folder, env: {} });

describe("the build of a server", () => {
  test("is of nothing where its command names no file", async () => {
    await mkdir(join(folder, "data"));
    expect(buildOf(server("no-such-program", "-m", "server-of-a-package", "data", "a\0b", "x".repeat(5_000)))).toEqual(
      [],
    );
  });

  test.each<[string, [string, ...string[]], string]>([
    ["its program, on PATH", ["server"], "server"],
    ["its program, by path", ["./server"], "server"],
    ["a file that its command names", ["no-such-program", "-u", "main.py"], "main.py"],
  ])("is another one when %s is written anew, or is only newer", async (_what, command, file) => {
    const build = () => buildOf(server(...command), folder);
    const first = build();
    expect(first).toHaveLength(1);
    await write(file, "22");
    const second = build();
    await utimes(join(folder, file), 1_000, 1_000);
    expect(new Set([first, second, build()].map(String)).size).toBe(3);
  });

  test("has the program on the PATH that the server itself is given", () =>
    expect(buildOf({ ...server("server"), env: { PATH: folder } }, "/nowhere")).toHaveLength(1));

  test("is of this machine where it is kept for this machine alone", () => {
    const here = buildHere(server("server"), folder);
    expect(here).toEqual([...buildOf(server("server"), folder), hostname()]);
  });
});
