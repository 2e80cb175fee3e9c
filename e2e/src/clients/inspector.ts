import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { freePort } from "../free-port.ts";
import { pathOf } from "../parts.ts";
import type { PlainBrowser } from "../person.ts";
import { trust } from "../trust.ts";
import { seeFolder } from "../wiretap.ts";
import { type Connected, textOf } from "./connected.ts";
import { followCallback, printedUrl } from "./printed-url.ts";

const program = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/inspector/clients/launcher/build/index.js",
);

/**
 * The MCP Inspector's command line: a process for each question. The first one signs in, with its own OAuth client and
 * listener, and lists the tools; the tokens that it stores in `home` serve the others.
 */
export async function connectInspector(mcpUrl: string, home: string, browser: PlainBrowser): Promise<Connected> {
  const ask = (args: string[]) => inspect([mcpUrl, "--transport", "http", "--format", "json", ...args], home);
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
  const first = ask(["--method", "tools/list", "--callback-url", callback]);
  await followCallback(await printedUrl(first.stderr), browser);
  const { tools } = (await first.result) as { tools: { name: string }[] };
  return {
    listTools: async () => tools.map(({ name }) => name),
    callTool: async (name, args) => {
      const call = ["--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args)];
      return textOf(await ask([...call, "--stored-auth-only"]).result);
    },
    [Symbol.asyncDispose]: () => seeFolder(home),
  };
}

function inspect(args: string[], home: string) {
  const child = spawn(pathOf("node 24"), [program, "--cli", ...args], {
    // Without a terminal it signs in only when told that a browser may be opened; `true` opens none.
    env: {
      HOME: home,
      PATH: process.env.PATH,
      MCP_AUTO_OPEN_ENABLED: "true",
      BROWSER: "true",
      MCP_INSPECTOR_SECRET_STORE: "file",
      ...trust,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = text(child.stdout);
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += chunk));
  const result = once(child, "close").then(async ([code]): Promise<unknown> => {
    if (code !== 0) throw new Error(`the Inspector ended with ${code}: ${complaints}`);
    return JSON.parse(await output).result;
  });
  return { stderr: child.stderr, result };
}
