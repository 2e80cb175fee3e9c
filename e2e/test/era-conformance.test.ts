import { describe, expect } from "@jest/globals";
import { isPassed, runConformance } from "../src/conformance.ts";
import { eraRuns } from "../src/era-conformance.ts";
import { startLoneProxy } from "../src/lone-proxy.ts";
import { testWith } from "../src/test-with.ts";

describe("the official conformance suite of either wire, against the proxy in front of stdio servers", () => {
  for (const { what, choice, server, scenarios, notPassed } of eraRuns) {
    testWith("node 24")(
      `${what}: of ${scenarios} scenarios all pass but ${Object.keys(notPassed).length} whose reasons are known`,
      async () => {
        // The suite gives a first answer 600 ms, in which a process of the fixture may only just have started.
        await using proxy = await startLoneProxy([process.execPath, ...server], { MCP_WARM_SESSIONS: "3" });
        const outcomes = Object.entries(await runConformance(proxy.url, choice));
        const failed = outcomes.filter(([, outcome]) => !isPassed(outcome)).map(([name]) => name);
        expect(failed.sort()).toEqual(Object.keys(notPassed).sort());
        expect(outcomes).toHaveLength(scenarios);
      },
      240_000,
    );
  }
});
