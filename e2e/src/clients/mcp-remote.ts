import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { PlainBrowser } from "../person.ts";
import { trust } from "../trust.ts";
import { seeFolder } from "../wiretap.ts";
import { type Connected, textOf } from "./connected.ts";
import { followCallback, printedUrl } from "./printed-url.ts";

const program = createRequire(import.meta.url).resolve("mcp-remote/dist/proxy.js");

/**
 * mcp-remote as a client's child process: it listens for the redirect itself, and the URL that it would open in a browser
 * is taken from what it prints. `home` keeps its registrations and tokens; a second run there signs in without a person.
 */
export async function connectMcpRemote(mcpUrl: string, home: string, browser?: PlainBrowser): Promise<Connected> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, mcpUrl],
    // BROWSER: what opens web pages; `true` opens none and says it did.
    env: { HOME: home, PATH: process.env.PATH ?? "", BROWSER: "true", ...trust },
    stderr: "pipe",
  });
  const client = new Client({ name: "e2e-mcp-remote", version: "1.0.0" });
  const stderr = transport.stderr as Readable;
  const signedIn =
    browser === undefined ? stderr.resume() : printedUrl(stderr).then((url) => followCallback(url, browser));
  try {
    await Promise.all([client.connect(transport), signedIn]);
  } catch (error) {
    await client.close(); // it would go on listening where the next one wants to
    throw error;
  }
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name, args) => textOf(await client.callTool({ name, arguments: args })),
    async [Symbol.asyncDispose]() {
      await client.close();
      await seeFolder(home);
    },
  };
}
