import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pythonWith } from "../parts.ts";
import type { PlainBrowser } from "../person.ts";
import { trustOfPython } from "../trust.ts";
import type { Connected } from "./connected.ts";
import { redirectUrl } from "./memory-provider.ts";

const script = fileURLToPath(new URL("../../fixtures/python-client.py", import.meta.url));
/** The Python SDK's client, given only the MCP URL; a process of its own, under uv. */
export async function connectPythonSdk(mcpUrl: string, browser: PlainBrowser): Promise<Connected> {
  const [program, ...args] = pythonWith("python mcp", script, mcpUrl, redirectUrl);
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...trustOfPython },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += chunk));
  const ended = once(child, "close");
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`the Python client ended: ${complaints}`);
    return JSON.parse(value);
  };
  const ask = (question: object) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return answer();
  };
  const { authorize } = await answer();
  const { callback } = await browser.visit(authorize, redirectUrl);
  child.stdin.write(`${callback.href}\n`);
  await answer();
  return {
    listTools: () => ask({}),
    callTool: (tool, args) => ask({ tool, args }),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
