import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "@jest/globals";
import type { Connected } from "../src/clients/connected.ts";
import { connectInspector } from "../src/clients/inspector.ts";
import { connectMcpRemote } from "../src/clients/mcp-remote.ts";
import { connectPythonSdk } from "../src/clients/python-sdk.ts";
import { connectSdkV1 } from "../src/clients/sdk-v1.ts";
import { connectSdkV2 } from "../src/clients/sdk-v2.ts";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Part } from "../src/parts.ts";
import { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";

/** Each client with a home of its own and a person who has never signed in here, given only the MCP URL. */
const clients: Record<string, { connect: (mcpUrl: string, home: string) => Promise<Connected>; needs?: Part }> = {
  "the v1 SDK": { connect: (mcpUrl) => connectSdkV1(mcpUrl, new PlainBrowser()) },
  "the v2 SDK": { connect: (mcpUrl) => connectSdkV2(mcpUrl, new PlainBrowser(), "legacy") },
  "the v2 SDK, which asks for the newest protocol first": {
    connect: (mcpUrl) => connectSdkV2(mcpUrl, new PlainBrowser(), "auto"),
  },
  "the Python SDK": { connect: (mcpUrl) => connectPythonSdk(mcpUrl, new PlainBrowser()), needs: "python mcp" },
  "mcp-remote": { connect: (mcpUrl, home) => connectMcpRemote(mcpUrl, home, new PlainBrowser()) },
  "the MCP Inspector": {
    connect: (mcpUrl, home) => connectInspector(mcpUrl, home, new PlainBrowser()),
    needs: "node 24",
  },
};

/** With one file that is not committed. */
const repository = mkdtempSync(join(tmpdir(), "gateway-e2e-repository-"));
execFileSync("git", ["init", "--quiet", repository]);
writeFileSync(join(repository, "README"), "");
afterAll(() => rm(repository, { recursive: true }));

/** One tool of each server, and what its answer says. */
const calls = [
  { server: "everything-stdio", tool: "get-sum", args: { a: 2, b: 40 }, says: "42" },
  { server: "memory", tool: "read_graph", args: {}, says: "entities" },
  { server: "filesystem", tool: "list_allowed_directories", args: {}, says: "files" },
  { server: "mcp-git", tool: "git_status", args: { repo_path: repository }, says: "README", needs: "mcp-server-git" },
  { server: "mcp-time", tool: "get_current_time", args: { timezone: "UTC" }, says: "UTC", needs: "mcp-server-time" },
] as const;

describeThroughBothEdges(
  () => ({
    declaration: declarationOf("everything", "everything-stdio", "memory", "filesystem", "mcp-git", "mcp-time"),
  }),
  (test) => {
    test("the v1 SDK signs in to a native HTTP server, lists its tools and calls echo", async (gateway) => {
      await gateway.untilReady("everything");
      await using client = await connectSdkV1(gateway.mcpUrl("everything"), new PlainBrowser());
      expect(await client.listTools()).toContain("echo");
      expect(await client.callTool("echo", { message: "hello" })).toContain("hello");
    });

    for (const [name, { connect, needs }] of Object.entries(clients)) {
      for (const call of calls) {
        const needed = [needs, "needs" in call ? call.needs : undefined].filter((part) => part !== undefined);
        test(
          `${name} signs in to ${call.server}, lists its tools and calls ${call.tool}`,
          async (gateway) => {
            const home = await mkdtemp(join(tmpdir(), "gateway-e2e-client-"));
            try {
              await using client = await connect(gateway.mcpUrl(call.server), home);
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
        await using first = await connectMcpRemote(gateway.mcpUrl("memory"), home, new PlainBrowser());
        await first[Symbol.asyncDispose]();
        await using second = await connectMcpRemote(gateway.mcpUrl("memory"), home);
        expect(await second.listTools()).toContain("read_graph");
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    });
  },
);
