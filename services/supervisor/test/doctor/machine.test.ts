import { expect, test } from "@jest/globals";
import { checkRunning } from "../../src/doctor/machine.ts";
import type { GatewayStatus } from "../../src/domain/server-state.ts";
import type { Settings } from "../../src/settings.ts";

test.each([
  ["needs uvx: install uv", "Then: just restart mcp-time"],
  ["it exited with code 1", "See its log: just logs mcp-time"],
])("a server that failed, since %s: %s", async (reason, advice) => {
  const servers = [{ name: "mcp-time", state: { kind: "failed", reason } }];
  const status = { url: "http://localhost:8080", pid: 1, servers } as unknown as GatewayStatus;
  const [, finding] = await checkRunning({ port: 8080 } as Settings, status);
  expect(finding).toMatchObject({ state: "problem", advice });
});
