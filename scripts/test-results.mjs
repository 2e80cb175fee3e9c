// Reads what jest tells of a run (`--json`), and says what CI has to. Pure.

/** Lines of a failing test's output that are repeated at the end. */
const mostLines = 40;

/**
 * What one suite came to. What was skipped, or left to do, has not passed: CI has every part. A suite that failed though none
 * of its tests did (it could not be read, or failed while closing) counts as one more.
 * @param {{ status: string, assertionResults: { status: string }[] }} suite of jest's `testResults`
 */
function countsOf({ status, assertionResults }) {
  const passed = assertionResults.filter((test) => test.status === "passed").length;
  const others = assertionResults.length - passed;
  return { passed, failed: others === 0 && status === "failed" ? 1 : others };
}

/** The suites of a run that failed, by their paths. */
export function failedSuitesOf({ testResults }) {
  return testResults.filter(({ status }) => status === "failed").map(({ name }) => name);
}

/** A run in which some suites were run again: those count by their second result. */
export function withSecondResults(first, again) {
  const second = new Map(again.flatMap(({ testResults }) => testResults).map((suite) => [suite.name, suite]));
  return { testResults: first.testResults.map((suite) => second.get(suite.name) ?? suite) };
}

/** How many tests passed, and how many did not. */
export function totalsOf({ testResults }) {
  const counts = testResults.map(countsOf);
  const sum = (of) => counts.reduce((total, count) => total + count[of], 0);
  return { passed: sum("passed"), failed: sum("failed") };
}

/** What a run's failing suites printed, each of their tests cut to what tells most: for a log whose middle was cut. */
export function briefOf({ testResults }, nameOf) {
  return testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, message }) => [`FAIL ${nameOf(name)}`, ...message.split(/^(?= {2}● )/m).map(shortened)])
    .filter((text) => text.trim() !== "");
}

function shortened(text) {
  const lines = text.trimEnd().split("\n");
  const left = lines.length - mostLines;
  return [...lines.slice(0, mostLines), ...(left > 0 ? [`    … ${left} lines more`] : [])].join("\n");
}
