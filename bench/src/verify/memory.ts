import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { type Program, startProgram } from "../program.ts";
import { type OurVerify, startOurVerify } from "./our-verify.ts";

/** What auth held after so many distinct tokens. */
export interface Held {
  readonly tokens: number;
  /** MiB of resident memory (proc(5)); NaN where there is no /proc. */
  readonly resident: number;
}

const steps = 10;

/**
 * Shows auth one valid token after the other, none twice, and looks at its memory at each tenth. Signed with ES256,
 * since the bench signs them all.
 */
export async function runMemory(tokens: number): Promise<readonly Held[]> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-bench-"));
  const programs: Program[] = [];
  try {
    const start: Parameters<typeof startOurVerify>[1] = async (command, port, env) => {
      const program = await startProgram(command, port, { NODE_ENV: "production", ...env });
      programs.push(program);
      return program;
    };
    const ours = await startOurVerify(folder, start, "ES256");
    const held: Held[] = [];
    for (let step = 1; step <= steps; step += 1) {
      await show(ours, tokens / steps);
      held.push({ tokens: (tokens / steps) * step, resident: residentOf(ours.contender.program.pid) });
    }
    return held;
  } finally {
    for (const program of programs) await program[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

async function show({ contender: { url, headers }, newToken }: OurVerify, amount: number): Promise<void> {
  const setupRequest = (request: autocannon.Request) => ({
    ...request,
    headers: { ...headers, authorization: `Bearer ${newToken()}` },
  });
  const result = await autocannon({ url, connections: 16, amount, requests: [{ setupRequest }] });
  if (result["2xx"] !== amount) throw new Error(`${amount - result["2xx"]} answers were not 200`);
}

function residentOf(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** One line a look. */
export function renderMemory(held: readonly Held[]): string {
  const lines = held.map(
    ({ tokens, resident }) => `${`${tokens}`.padStart(10)} tokens  ${resident.toFixed(0).padStart(5)} MiB`,
  );
  return ["\nmemory: distinct valid tokens shown to auth, and its resident memory", ...lines].join("\n");
}
