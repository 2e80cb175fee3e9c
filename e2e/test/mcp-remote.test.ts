import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { connectMcpRemote } from "../src/clients/mcp-remote.ts";
import { type Gateway, say } from "../src/gateway.ts";
import type { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";
import { testWithOneGateway } from "../src/shared-gateway.ts";

const test = testWithOneGateway(() => ({ edge: "the edge", declaration: declarationOf("memory") }));

/** Connects once with a person; then what happened meanwhile, and once more. */
async function connectTwice(
  gateway: Gateway,
  meanwhile: () => Promise<unknown>,
  again?: PlainBrowser,
): Promise<readonly string[]> {
  const home = await mkdtemp(join(tmpdir(), "gateway-e2e-client-"));
  const url = gateway.mcpUrl("memory");
  try {
    const first = await connectMcpRemote(url, home, gateway.browser());
    await first[Symbol.asyncDispose]();
    await meanwhile();
    await using second = await connectMcpRemote(url, home, again);
    return await second.listTools();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

test("mcp-remote whose registration the gateway has forgotten registers anew, and asks its person once more", async (gateway) => {
  const forget = async () =>
    expect(await say(gateway, ["clients", "delete", "--all", "--yes"])).toMatchObject({ code: 0 });
  expect(await connectTwice(gateway, forget, gateway.browser())).toContain("read_graph");
});

test("mcp-remote goes on without its person after auth was started anew", async (gateway) => {
  const restart = async () => {
    expect(await say(gateway, ["restart", "auth"])).toMatchObject({ code: 0 });
    await gateway.untilAnswering();
  };
  expect(await connectTwice(gateway, restart)).toContain("read_graph");
});
