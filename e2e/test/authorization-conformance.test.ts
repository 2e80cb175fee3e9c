import { expect } from "@jest/globals";
import { runAuthorizationConformance } from "../src/clients/authorization-conformance.ts";
import { Gateway } from "../src/gateway.ts";
import { declarationOf } from "../src/servers.ts";
import { testWith } from "../src/test-with.ts";

testWith("/proc", "node 24")(
  "every authorization server scenario of the official conformance tool passes",
  async () => {
    await using gateway = await Gateway.start({ edge: "the edge", declaration: declarationOf("headers") });
    const { code, printed } = await runAuthorizationConformance(gateway.origin, gateway.mcpUrl("headers"));
    if (code !== 0) throw new Error(printed);
    for (const scenario of ["authorization-server-metadata-endpoint", "authorization-code-grant"]) {
      expect(printed).toContain(scenario);
    }
    expect(printed).not.toMatch(/FAILURE|SKIPPED|WARNING/);
  },
  120_000,
);
