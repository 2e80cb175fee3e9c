import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pythonWith } from "../parts.ts";
import type { ClientOptions, ConnectEraClient, EraClient, Outcome } from "./era-client.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/eras/${name}`, import.meta.url));

/** The Python SDK's first version, which speaks the older wire. */
export const connectPythonV1: ConnectEraClient = (url, options) =>
  connect(options, pythonWith("python mcp", fixture("python-client-v1.py"), url, options.user));

/** The Python SDK's second version, in the older wire. */
export const connectPythonLegacy: ConnectEraClient = (url, options) => connectV2(url, options, "legacy");

/** The Python SDK's second version, in the newer wire. */
export const connectPythonModern: ConnectEraClient = (url, options) => connectV2(url, options, "2026-07-28");

function connectV2(url: string, options: ClientOptions, mode: string): Promise<EraClient> {
  return connect(options, pythonWith("python mcp 2", fixture("python-client.py"), url, options.user, mode));
}

type Program = ReturnType<typeof pythonWith>;

/** What the scripts say: how a call came out, that it has progressed, that a form is to be filled in. */
type Said =
  | ({ readonly id: number } & Outcome)
  | { readonly progressed: number }
  | { readonly form: number; readonly message: string };

interface OpenCall {
  readonly settle: (outcome: Outcome) => void;
  readonly onProgress: (() => void) | undefined;
}

async function connect({ onForm }: ClientOptions, [program, ...args]: Program): Promise<EraClient> {
  const told = onForm === undefined ? [] : ["told"];
  const child = spawn(program, [...args, ...told], { stdio: ["pipe", "pipe", "pipe"], detached: true });
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += chunk));
  child.stdin.on("error", () => {}); // it was made to go away
  const ended = once(child, "close");
  const endedEarly = ended.then(() => Promise.reject(new Error(`the Python client ended: ${complaints}`)));
  const lines = createInterface({ input: child.stdout });
  await Promise.race([once(lines, "line"), endedEarly]); // it says that it is connected
  endedEarly.catch(() => {});
  const open = new Map<number, OpenCall>();
  const tell = (message: object) => void child.stdin.write(`${JSON.stringify(message)}\n`);
  lines.on("line", async (line) => {
    const said = JSON.parse(line) as Said;
    if ("progressed" in said) open.get(said.progressed)?.onProgress?.();
    else if ("form" in said) {
      await onForm?.(said.message);
      tell({ filled: said.form });
    } else {
      const { id, ...outcome } = said;
      open.get(id)?.settle(outcome);
      open.delete(id);
    }
  });
  let lastId = 0;
  return {
    call(tool, callArgs = {}, { signal, timeout, onProgress } = {}) {
      lastId += 1;
      const id = lastId;
      tell({ id, tool, args: callArgs, timeout, progress: onProgress !== undefined });
      signal?.addEventListener("abort", () => tell({ cancel: id }), { once: true });
      return new Promise((settle) => open.set(id, { settle, onProgress }));
    },
    async disconnect() {
      process.kill(-(child.pid as number), "SIGKILL"); // uv, and Python below it
      await ended;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
