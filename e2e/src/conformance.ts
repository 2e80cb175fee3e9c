import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { pathOf } from "./parts.ts";

const program = createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/dist/index.js");

/** How one scenario of the conformance suite came out: its checks. */
export interface ScenarioOutcome {
  readonly passed: number;
  readonly failed: number;
}

/** A stdio server that offers what the scenarios call. */
export const conformanceServer = fileURLToPath(new URL("../fixtures/conformance/server.js", import.meta.url));

/** The runs of the suite, and how many of its scenarios apply there. */
export const serverRuns = [
  { choice: ["--requirements", "2025-11-25"], scenarios: 33 },
  { choice: ["--spec-version", "2025-06-18"], scenarios: 27 },
  { choice: ["--spec-version", "2025-03-26"], scenarios: 1 },
] as const;

/** The scenarios' outcomes by name, from the summary that the tool prints. */
export function outcomesOf(printed: string): Record<string, ScenarioOutcome> {
  const lines = printed.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed/gm);
  return Object.fromEntries(
    [...lines].map(([, name = "", passed, failed]) => [name, { passed: Number(passed), failed: Number(failed) }]),
  );
}

/** Whether a scenario passes: one without a check says nothing. */
export function isPassed({ passed, failed }: ScenarioOutcome): boolean {
  return failed === 0 && passed > 0;
}

/**
 * Runs the official conformance suite against a server, and gives its scenarios' outcomes by name.
 * @param choice which scenarios: `--requirements` or `--spec-version` with a version
 */
export async function runConformance(url: string, choice: readonly string[]): Promise<Record<string, ScenarioOutcome>> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  try {
    const suite = spawn(pathOf("node 24"), [program, "server", "--url", url, ...choice], {
      cwd: folder, // it writes its results where it runs
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([text(suite.stdout), once(suite, "close")]);
    const outcomes = outcomesOf(output);
    if (code !== 0 && Object.values(outcomes).every(({ failed }) => failed === 0)) throw new Error(output);
    return outcomes;
  } finally {
    await rm(folder, { recursive: true });
  }
}
