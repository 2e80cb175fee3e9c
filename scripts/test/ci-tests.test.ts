import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const script = fileURLToPath(new URL("../ci-tests.mjs", import.meta.url));
const jest = fileURLToPath(new URL("../../node_modules/jest/bin/jest.js", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "gateway-ci-tests-")));
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ jest: { testEnvironment: "node" } }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const good = `test("is good", () => {});`;
const bad = `test("is bad", () => { throw new Error("no good"); });`;
/** Fails the first time that it is run. */
const unsteady = `
  const { existsSync, writeFileSync } = require("node:fs");
  test("is good the second time", () => {
    if (existsSync("was-run")) return;
    writeFileSync("was-run", "");
    throw new Error("not yet");
  });`;

/** Runs suites of these texts by the real jest, as `.ci/run` does. */
function runTests(suites: Record<string, string>, command: readonly string[] = [process.execPath, jest]) {
  for (const [name, text] of Object.entries(suites)) writeFileSync(join(folder, `${name}.test.js`), text);
  const logs = join(folder, "logs");
  const { status, stdout } = spawnSync(process.execPath, [script, logs, "beside", ...command], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, CI: "true", CI_TESTS_PATIENCE: "500" },
  });
  const read = (name: string) => readFileSync(join(logs, name), "utf8");
  return { status, stdout, counts: read("counts").trim(), summary: read("summary") };
}

test("suites that fit the pattern run beside the others, and count as they do", () => {
  /** Ends once the suite of the other name runs too. */
  const meets = (own: string, other: string) => `
    const { existsSync, writeFileSync } = require("node:fs");
    test("meets the other", async () => {
      writeFileSync("${own}-runs", "");
      while (!existsSync("${other}-runs")) await new Promise((resolve) => setTimeout(resolve, 20));
    });`;
  const suites = { here: meets("here", "there"), "there-beside": meets("there", "here"), "bad-beside": bad };
  const { status, counts, summary } = runTests(suites);
  expect([status, counts]).toEqual([1, "2 1"]);
  expect(summary).toMatch(/^FAIL bad-beside\.test\.js/);
});

test("a suite that fails twice fails, and what it printed is said once more", () => {
  const { status, counts, summary } = runTests({ bad, good });
  expect([status, counts]).toEqual([1, "1 1"]);
  expect(summary).toMatch(/^FAIL bad\.test\.js\n {2}● is bad\n\n {4}no good\n/);
  expect(summary).not.toContain("unsteady");
});

test("a suite that passes alone counts as passed, and is named in the open", () => {
  const { status, counts, summary, stdout } = runTests({ unsteady, good });
  expect([status, counts]).toEqual([0, "2 0"]);
  expect(summary).toMatch(/^FAIL unsteady\.test\.js\n.*not yet/s);
  const line = "unsteady: unsteady.test.js — failed beside the others, passed alone; its first output is above";
  expect(summary.trimEnd().split("\n").at(-1)).toBe(line);
  expect(stdout).toContain("--- once more, alone: unsteady.test.js");
});

test("of four that fail none is run again", () => {
  const { status, counts, stdout } = runTests({ unsteady, a: bad, b: bad, c: bad, good });
  expect([status, counts]).toEqual([1, "1 4"]);
  expect(stdout).not.toContain("once more");
});

test.each([
  ["cannot be read", "this is no program"],
  ["fails while it closes", `${good} afterAll(() => { throw new Error("left open"); });`],
])("a suite that %s counts as one that failed", (_what, text) => {
  const { status, counts } = runTests({ text, good });
  expect([status, counts.split(" ")[1]]).toEqual([1, "1"]);
});

test("what is skipped has not passed", () =>
  expect(runTests({ good, skipped: `test.skip("is not run", () => {});` })).toMatchObject({
    status: 1,
    counts: "1 1",
  }));

test.each([
  ["ends without results", [process.execPath, "-e", "process.exit(0)"]],
  ["finds nothing to run", [process.execPath, jest, "--passWithNoTests"]],
])("a command that %s counts as one test that failed", (_what, command) =>
  expect(runTests({}, command)).toMatchObject({ status: 1, counts: "0 1" }),
);

test("of a long output only the beginning is said again", () => {
  const long = `test("is long", () => { throw new Error("line\\n".repeat(100)); });`;
  const { summary } = runTests({ long });
  expect(summary.split("\n").filter((line) => line.trim() === "line").length).toBeLessThan(40);
  expect(summary).toMatch(/… \d+ lines more/);
});

const open = "setInterval(() => {}, 1_000);";

test("what holds jest open is ended, and counts as one that failed", () => {
  const { status, counts, summary } = runTests({ held: `${good} ${open}` });
  expect([status, counts]).toEqual([1, "1 1"]);
  expect(summary).toContain("jest had not ended");
});

test("what holds jest open after a failure keeps nobody from running the suite again", () =>
  expect(runTests({ unsteady: `${unsteady} if (!existsSync("was-run")) ${open}`, good })).toMatchObject({
    status: 0,
    counts: "2 0",
  }));
