import { describe, expect } from "@jest/globals";
import { conformanceServer, isPassed, runConformance, serverRuns } from "../src/conformance.ts";
import { startLoneProxy } from "../src/lone-proxy.ts";
import { testWith } from "../src/test-with.ts";

describe("the official conformance suite, against the proxy in front of a stdio server", () => {
  for (const { choice, scenarios } of serverRuns) {
    testWith("node 24")(
      `${choice.join(" ")}: every one of ${scenarios} scenarios passes`,
      async () => {
        await using proxy = await startLoneProxy([process.execPath, conformanceServer]);
        const outcomes = Object.entries(await runConformance(proxy.url, choice));
        expect(outcomes.filter(([, outcome]) => !isPassed(outcome))).toEqual([]);
        expect(outcomes).toHaveLength(scenarios);
      },
      180_000,
    );
  }
});
