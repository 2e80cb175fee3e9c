import { fileURLToPath } from "node:url";
import { describe, expect } from "@jest/globals";
import { runConformance } from "../src/conformance.ts";
import { startLoneProxy } from "../src/lone-proxy.ts";
import { testWith } from "../src/test-with.ts";

const server = fileURLToPath(new URL("../fixtures/conformance/server.js", import.meta.url));

/** A run of the suite, and how many of its scenarios apply there. */
const runs = [
  [["--requirements", "2025-11-25"], 33],
  [["--spec-version", "2025-06-18"], 27],
  [["--spec-version", "2025-03-26"], 1],
] as const;

describe("the official conformance suite, against the proxy in front of a stdio server", () => {
  for (const [choice, scenarios] of runs) {
    testWith("node 24")(
      `${choice.join(" ")}: every one of ${scenarios} scenarios passes`,
      async () => {
        await using proxy = await startLoneProxy([process.execPath, server]);
        const outcomes = Object.entries(await runConformance(proxy.url, choice));
        expect(outcomes.filter(([, { passed, failed }]) => failed > 0 || passed === 0)).toEqual([]);
        expect(outcomes).toHaveLength(scenarios);
      },
      180_000,
    );
  }
});
