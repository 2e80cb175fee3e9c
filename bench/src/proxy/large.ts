import { writeFileSync } from "node:fs";
import type { ProxyContender } from "./contenders.ts";
import { memoryOf } from "./process.ts";
import { type BenchCase, figureOf, interleaved, peerValues, reportFigures } from "./report.ts";
import { best, ratio } from "./targets.ts";

const bytes = 8_000_000;
const rounds = 3;
const longest = 20_000; // ms
const mebibyte = 1_048_576;

/** A call that carries 8 MB there and back. */
export const benchLarge: BenchCase = async (contenders) => {
  const able = contenders.filter(({ canCall }) => canCall);
  const extra = new Map<ProxyContender, number | undefined>();
  const times = await interleaved(able, rounds, async (contender) => {
    const { milliseconds, memory } = await measureLarge(contender);
    extra.set(contender, best("largest", [extra.get(contender), memory]));
    return milliseconds;
  });
  const memory = able.map((contender) => ({ contender, value: extra.get(contender) }));
  return [
    reportFigures("8 MB there and back, ms (median; – is refused, or never answered)", times, [
      {
        name: "8 MB there and back, best peer ÷ ours",
        value: ratio(best("smallest", peerValues(times)), figureOf(times, "ours")),
        goal: "at least",
        bound: 4,
      },
    ]),
    reportFigures("Memory that 8 MB there and back took, MiB (peak of the process)", memory, [
      {
        name: "memory for 8 MB there and back, × the message",
        value: ratio(figureOf(memory, "ours"), bytes / mebibyte),
        goal: "at most",
        bound: 3,
      },
    ]),
  ];
};

interface Large {
  readonly milliseconds: number | undefined;
  readonly memory: number | undefined;
}

async function measureLarge(contender: ProxyContender): Promise<Large> {
  const pid = contender.program?.pid;
  try {
    await using conversation = await contender.open();
    const before = pid === undefined ? undefined : forgetPeak(pid);
    const start = performance.now();
    const call = conversation.ask("tools/call", { name: "echo", arguments: { text: "x".repeat(bytes) } });
    const answer = await Promise.race([call, tooLate()]);
    const milliseconds = answer.length > bytes ? performance.now() - start : undefined;
    return { milliseconds, memory: pid === undefined ? undefined : memoryOf(pid, "VmHWM") - (before ?? 0) };
  } catch {
    return { milliseconds: undefined, memory: undefined }; // refused, or never answered: what the table says
  }
}

/** Lets the peak begin anew (proc(5), clear_refs); gives what is resident now. */
function forgetPeak(pid: number): number {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  return memoryOf(pid, "VmRSS");
}

function tooLate(): Promise<never> {
  return new Promise((_, reject) => {
    AbortSignal.timeout(longest).addEventListener("abort", () => reject(new Error("no answer")));
  });
}
