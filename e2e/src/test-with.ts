import { test } from "@jest/globals";
import { type Part, parts } from "./parts.ts";

/**
 * jest's `test` for what needs these parts. Where one is missing the test is skipped with the reason in its name; with
 * CI=true it fails instead, so that CI never passes by testing less.
 */
export function testWith(...needed: readonly Part[]) {
  return declaring(test, needed);
}

/** The same for tests of which each has all that it needs to itself, and mostly waits: they run side by side, before the suite's others. */
export function testBesideWith(...needed: readonly Part[]) {
  return declaring(test.concurrent, needed);
}

function declaring(declare: typeof test | typeof test.concurrent, needed: readonly Part[]) {
  const missing = needed.filter((part) => parts[part] === undefined);
  const reason = `needs ${missing.join(", ")} (${missing.includes("docker") ? "scripts/docker-lab.sh" : "scripts/test-parts.sh"})`;
  return (title: string, run: () => Promise<void>, timeout = 120_000): void => {
    if (missing.length === 0) declare(title, run, timeout);
    else if (process.env.CI === "true") test(title, () => Promise.reject(new Error(reason)));
    else test.skip(`${title}: skipped, ${reason}`, run);
  };
}
