import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pythonWith } from "../parts.ts";
import type { ClientOptions, ConnectEraClient, EraClient, Outcome } from "./era-client.ts";

const script = fileURLToPath(new URL("../../fixtures/eras/python-client.py", import.meta.url));

/** The Python SDK's second version, in the older wire. */
export const connectPythonLegacy: ConnectEraClient = (url, options) => connect(url, options, "legacy");

/** The Python SDK's second version, in the newer wire. */
export const connectPythonModern: ConnectEraClient = (url, options) => connect(url, options, "2026-07-28");

async function connect(url: string, { user }: ClientOptions, mode: string): Promise<EraClient> {
  const [program, ...args] = pythonWith("python mcp 2", script, url, user, mode);
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += chunk));
  const ended = once(child, "close");
  const endedEarly = ended.then(() => Promise.reject(new Error(`the Python client ended: ${complaints}`)));
  const lines = createInterface({ input: child.stdout });
  await Promise.race([once(lines, "line"), endedEarly]); // it says that it is connected
  endedEarly.catch(() => {});
  const waiting = new Map<number, (outcome: Outcome) => void>();
  lines.on("line", (line) => {
    const { id, ...outcome } = JSON.parse(line) as { readonly id: number } & Outcome;
    waiting.get(id)?.(outcome);
    waiting.delete(id);
  });
  const close = async () => {
    child.stdin.end();
    await ended;
  };
  let lastId = 0;
  return {
    call(tool, callArgs = {}) {
      lastId += 1;
      const id = lastId;
      child.stdin.write(`${JSON.stringify({ id, tool, args: callArgs })}\n`);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    disconnect: close,
    [Symbol.asyncDispose]: close,
  };
}
