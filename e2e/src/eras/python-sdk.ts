import { once } from "node:events";
import { type PythonProgram, pythonPrograms } from "../python-programs.ts";
import type { ClientOptions, ConnectEraClient, EraClient, Outcome } from "./era-client.ts";

const startV1 = pythonPrograms("python mcp", "eras/python-client-v1.py", "mcp", "mcp.client.streamable_http");
const startV2 = pythonPrograms("python mcp 2", "eras/python-client.py", "mcp", "mcp.client.streamable_http");

/** The Python SDK's first version, which speaks the older wire. */
export const connectPythonV1: ConnectEraClient = (url, options) => connect(startV1, options, url, options.user);

/** The Python SDK's second version, in the older wire. */
export const connectPythonLegacy: ConnectEraClient = (url, options) =>
  connect(startV2, options, url, options.user, "legacy");

/** The Python SDK's second version, in the newer wire. */
export const connectPythonModern: ConnectEraClient = (url, options) =>
  connect(startV2, options, url, options.user, "2026-07-28");

/** What the scripts say: how a call came out, that it has progressed, that a form is to be filled in. */
type Said =
  | ({ readonly id: number } & Outcome)
  | { readonly progressed: number }
  | { readonly form: number; readonly message: string };

interface OpenCall {
  readonly settle: (outcome: Outcome) => void;
  readonly onProgress: (() => void) | undefined;
}

async function connect(
  start: (...args: readonly string[]) => Promise<PythonProgram>,
  { onForm }: ClientOptions,
  ...args: readonly string[]
): Promise<EraClient> {
  const program = await start(...args, ...(onForm === undefined ? [] : ["told"]));
  const { lines } = program;
  const [connected] = await Promise.race([once(lines, "line"), once(lines, "close")]);
  if (connected === undefined) throw new Error(`the Python client ended: ${program.complaints()}`);
  const open = new Map<number, OpenCall>();
  const tell = (message: object) => program.say(JSON.stringify(message));
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
    disconnect: () => program.kill(),
    [Symbol.asyncDispose]: () => program.end(),
  };
}
