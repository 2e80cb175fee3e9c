import { readFileSync } from "node:fs";
import type { Slice } from "../slice.ts";
import type { Conversation } from "./asking.ts";
import type { ProxyContender } from "./contenders.ts";

/** How calls are put on: `inFlight` at a time in each session. */
export interface CallLoad {
  readonly sessions: number;
  readonly inFlight: number;
  readonly seconds: number;
}

const call = (text: string) => ({ name: "echo", arguments: { text } });

/** Calls a tool again and again in sessions that are open. */
export async function measureCalls(
  { program }: ProxyContender,
  conversations: readonly Conversation[],
  { inFlight, seconds }: CallLoad,
): Promise<Slice> {
  const latencies: number[] = [];
  const before = program?.cpuSeconds();
  const start = performance.now();
  const end = start + seconds * 1_000;
  const lane = async ({ ask }: Conversation) => {
    while (performance.now() < end) {
      const asked = performance.now();
      await ask("tools/call", call("hello"));
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(conversations.flatMap((each) => Array.from({ length: inFlight }, () => lane(each))));
  const elapsed = (performance.now() - start) / 1_000;
  const after = program?.cpuSeconds();
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    requestsPerSecond: latencies.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    cpuPerRequest:
      before === undefined || after === undefined ? undefined : ((after - before) / latencies.length) * 1e6,
  };
}

/** Milliseconds from nothing to a session, the child's own answer included. */
export async function measureOpening(contender: ProxyContender): Promise<number> {
  const start = performance.now();
  await using _conversation = await contender.open();
  return performance.now() - start;
}

/** Milliseconds for a call that carries `bytes` there and back; undefined where it is refused. */
export async function measureLarge(contender: ProxyContender, bytes: number): Promise<number | undefined> {
  const text = "x".repeat(bytes);
  try {
    await using conversation = await contender.open();
    const start = performance.now();
    const limit = AbortSignal.timeout(20_000);
    const tooLate = new Promise<never>((_, reject) => {
      limit.addEventListener("abort", () => reject(new Error("no answer")));
    });
    const answer = await Promise.race([conversation.ask("tools/call", call(text)), tooLate]);
    return answer.length > bytes ? performance.now() - start : undefined;
  } catch {
    return undefined; // refused, or never answered: what the table says
  }
}

/** MiB that the contender itself has in memory, its children not counted. */
export function residentMemory({ program }: ProxyContender): number | undefined {
  if (program === undefined) return undefined;
  const [, kibibytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${program.pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1_024;
}
