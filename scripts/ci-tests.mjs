// Runs the tests as CI does, and the few suites that failed once more, each alone (docs/decisions/0140).
//
//   node scripts/ci-tests.mjs FOLDER PATTERN COMMAND…
//
// The command runs jest with the arguments that are added to it: once for the suites whose path fits PATTERN, and once, at the
// same time, for all others. In FOLDER are then `summary`, for people, and `counts`: how many tests passed, and how many did not.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { briefOf, failedSuitesOf, totalsOf, withSecondResults } from "./test-results.mjs";

/** More that fail are no accident. */
const mostRunAgain = 3;
/** Milliseconds for jest to end after its last test. */
const patience = Number(process.env.CI_TESTS_PATIENCE ?? 300_000);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

const [folder = "", pattern = "", program = "", ...given] = process.argv.slice(2);
const nameOf = (suite) => relative(process.cwd(), suite);

/** One run of jest: its results, undefined when it ended without; whether it ended well, and by itself. */
async function run(name, ...args) {
  const file = join(folder, `${name}.json`);
  const child = spawn(program, [...given, "--json", `--outputFile=${file}`, ...args], {
    stdio: "inherit",
    detached: true, // a group of its own, which can be ended as a whole
  });
  const endGroup = () => process.kill(-child.pid, "SIGKILL");
  process.once("exit", endGroup);
  const ended = once(child, "exit").then(([code]) => code);
  const code = await Promise.race([ended, tooLong(file, ended)]);
  if (code === "held open") endGroup();
  await ended;
  process.off("exit", endGroup);
  const results = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  return { results, isGood: code === 0, isHeldOpen: code === "held open" };
}

/** Resolves once the results have been there for so long that jest should have ended. */
async function tooLong(file, ended) {
  let isOver = false;
  void ended.finally(() => (isOver = true));
  while (!existsSync(file) && !isOver) await delay(200);
  await delay(patience, undefined, { ref: false });
  return "held open";
}

// One of the two may have nothing to do; that both have is seen below.
const lanes = await Promise.all([
  run("tests", "--passWithNoTests", "--testPathIgnorePatterns", "/node_modules/", pattern),
  run("tests-beside", "--passWithNoTests", "--testPathPatterns", pattern),
]);
const first = lanes.every(({ results }) => results)
  ? { testResults: lanes.flatMap(({ results }) => results.testResults) }
  : undefined;
const suites = first === undefined ? [] : failedSuitesOf(first);
const again = [];
if (suites.length <= mostRunAgain) {
  for (const [index, suite] of suites.entries()) {
    console.log(`\n--- once more, alone: ${nameOf(suite)}`);
    again.push(await run(`again-${index + 1}`, "--runTestsByPath", suite));
  }
}

const second = again.flatMap(({ results }) => results ?? []);
const last = first && withSecondResults(first, second);
const { passed, failed } = last === undefined ? { passed: 0, failed: 1 } : totalsOf(last);
const stillFailing = last === undefined ? [] : failedSuitesOf(last);
const lines = first === undefined ? ["the tests ended without results"] : briefOf(first, nameOf);
for (const suite of suites.filter((each) => !stillFailing.includes(each))) {
  lines.push(`unsteady: ${nameOf(suite)} — failed beside the others, passed alone; its first output is above`);
}
if (lanes.some(({ isHeldOpen }) => isHeldOpen))
  lines.push(`jest had not ended ${patience / 1_000} s after its last test: something stays open`);
// Whatever else went wrong counts as one.
const isOtherwiseBad = failed === 0 && (passed === 0 || (suites.length === 0 && !lanes.every(({ isGood }) => isGood)));
writeFileSync(join(folder, "summary"), lines.map((line) => `${line}\n`).join(""));
writeFileSync(join(folder, "counts"), `${passed} ${isOtherwiseBad ? 1 : failed}\n`);
process.exit(failed === 0 && !isOtherwiseBad ? 0 : 1);
