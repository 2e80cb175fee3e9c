import { expect } from "@jest/globals";
import { connectSdkV1 } from "../clients/sdk-v1.ts";
import { connectSdkV2 } from "../clients/sdk-v2.ts";
import type { RunningGateway, TestOf } from "../running-gateway.ts";

/**
 * What a gateway that declares mcp-echo-stateless, mcp-echo-stateful and mcp-fetchs gives to clients.
 * @param inside a URL that leads to the gateway from where mcp-fetchs runs
 */
export function ownServerTests<G extends RunningGateway>(test: TestOf<G>, inside: (gateway: G) => string): void {
  test("mcp-echo-stateless, just added, tells a client of the v2 SDK who signed in, without its token", async (gateway) => {
    await gateway.untilReady("mcp-echo-stateless");
    await using client = await connectSdkV2(gateway.mcpUrl("mcp-echo-stateless"), gateway.browser(), "auto");
    expect(await client.callTool("whoIStheGOAT", {})).toContain("alice is the GOAT");
    expect(JSON.parse(await client.callTool("bearerDecode", {}))).toMatchObject({
      payload: { aud: gateway.mcpUrl("mcp-echo-stateless") },
    });
    expect(JSON.parse(await client.callTool("printHeader", {}))).not.toHaveProperty("authorization");
  });

  test("mcp-echo-stateful keeps a client's session through the edge", async (gateway) => {
    await gateway.untilReady("mcp-echo-stateful");
    await using client = await connectSdkV1(gateway.mcpUrl("mcp-echo-stateful"), gateway.browser());
    await client.callTool("echo", { message: "remember me" });
    expect(await client.callTool("replayLastEcho", {})).toBe("remember me");
  });

  test("mcp-fetchs does not fetch from the gateway behind which it runs", async (gateway) => {
    await gateway.untilReady("mcp-fetchs");
    await using client = await connectSdkV1(gateway.mcpUrl("mcp-fetchs"), gateway.browser());
    expect(await client.callTool("fetch", { url: inside(gateway) })).toContain("may not be connected to");
  });
}
