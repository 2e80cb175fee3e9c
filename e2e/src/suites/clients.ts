import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import type { Connected } from "../clients/connected.ts";
import { connectInspector } from "../clients/inspector.ts";
import { connectMcpRemote } from "../clients/mcp-remote.ts";
import { connectPythonSdk } from "../clients/python-sdk.ts";
import { connectSdkV1 } from "../clients/sdk-v1.ts";
import { connectSdkV2 } from "../clients/sdk-v2.ts";
import type { Part } from "../parts.ts";
import type { PlainBrowser } from "../person.ts";
import type { TestOf } from "../running-gateway.ts";

/** Each client with a home of its own and a person who has never signed in here, given only the MCP URL. */
const clients: Record<
  string,
  { connect: (mcpUrl: string, home: string, browser: PlainBrowser) => Promise<Connected>; needs?: Part }
> = {
  "the v1 SDK": { connect: (mcpUrl, _home, browser) => connectSdkV1(mcpUrl, browser) },
  "the v2 SDK": { connect: (mcpUrl, _home, browser) => connectSdkV2(mcpUrl, browser, "legacy") },
  "the v2 SDK, which asks for the newest protocol first": {
    connect: (mcpUrl, _home, browser) => connectSdkV2(mcpUrl, browser, "auto"),
  },
  "the Python SDK": {
    connect: (mcpUrl, _home, browser) => connectPythonSdk(mcpUrl, browser),
    needs: "python mcp",
  },
  "mcp-remote": { connect: connectMcpRemote },
  "the MCP Inspector": {
    connect: connectInspector,
    needs: "node 24",
  },
};

/** One tool of a server, and what its answer says. */
export interface Call {
  readonly server: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly says: string;
  readonly needs?: readonly Part[];
}

const calls: readonly Call[] = [
  { server: "everything-stdio", tool: "get-sum", args: { a: 2, b: 40 }, says: "42" },
  { server: "memory", tool: "read_graph", args: {}, says: "entities" },
  { server: "filesystem", tool: "list_allowed_directories", args: {}, says: "files" },
  { server: "mcp-time", tool: "get_current_time", args: { timezone: "UTC" }, says: "UTC", needs: ["mcp-server-time"] },
];

/** Real clients at a gateway that declares everything, everything-stdio, memory, filesystem, mcp-time, and what `more` calls. */
export function clientTests(test: TestOf, ...more: readonly Call[]): void {
  test("the v1 SDK signs in to a native HTTP server, lists its tools and calls echo", async (gateway) => {
    await gateway.untilReady("everything");
    await using client = await connectSdkV1(gateway.mcpUrl("everything"), gateway.browser());
    expect(await client.listTools()).toContain("echo");
    expect(await client.callTool("echo", { message: "hello" })).toContain("hello");
  });

  for (const [name, { connect, needs }] of Object.entries(clients)) {
    for (const call of [...calls, ...more]) {
      const needed = [...(needs === undefined ? [] : [needs]), ...(call.needs ?? [])];
      test(
        `${name} signs in to ${call.server}, lists its tools and calls ${call.tool}`,
        async (gateway) => {
          const home = await mkdtemp(join(tmpdir(), "gateway-e2e-client-"));
          try {
            await using client = await connect(gateway.mcpUrl(call.server), home, gateway.browser());
            expect(await client.listTools()).toContain(call.tool);
            expect(await client.callTool(call.tool, call.args)).toContain(call.says);
          } finally {
            await rm(home, { recursive: true, force: true });
          }
        },
        ...needed,
      );
    }
  }

  test("mcp-remote connects again from its stored tokens without a person", async (gateway) => {
    const home = await mkdtemp(join(tmpdir(), "gateway-e2e-client-"));
    try {
      await using first = await connectMcpRemote(gateway.mcpUrl("memory"), home, gateway.browser());
      await first[Symbol.asyncDispose]();
      await using second = await connectMcpRemote(gateway.mcpUrl("memory"), home);
      expect(await second.listTools()).toContain("read_graph");
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
}
