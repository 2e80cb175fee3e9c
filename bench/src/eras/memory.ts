import { memoryOf } from "../proxy/process.ts";
import type { Report } from "../proxy/report.ts";
import { ratio } from "../proxy/targets.ts";
import { openClients, putLoad } from "./load.ts";
import type { Stand, Stands } from "./stands.ts";

const requests = 100_000;
/** Between two looks. */
const step = 10_000;
const clients = 32;

/**
 * What the proxy holds while it answers so many requests of the stateless wire. V8 lets its heap grow at first, whether it is
 * needed or not: what is promised is that nothing is added in the second half.
 */
export async function benchMemory({ modern, bridged }: Stands): Promise<Report> {
  const value: Record<string, readonly number[]> = {};
  for (const stand of [modern, bridged]) value[stand.name] = await measure(stand);
  const targets = Object.entries(value).map(([name, looks]) => ({
    name: `${name}: memory after ${requests} requests ÷ after half of them`,
    value: ratio(looks.at(-1), looks[looks.length / 2 - 1]),
    goal: "at most" as const,
    bound: 1.1,
  }));
  const title = `Resident memory of the proxy after each ${step} requests, MiB`;
  const lines = Object.entries(value).map(
    ([name, looks]) => `${name}: ${looks.map((each) => each.toFixed(0)).join(" ")}`,
  );
  return { title, value, text: [title, ...lines].join("\n"), targets };
}

async function measure(stand: Stand): Promise<readonly number[]> {
  const opened = await openClients(stand, clients);
  const looks: number[] = [];
  while (looks.length < requests / step) {
    await putLoad(stand, opened, { amount: step });
    looks.push(memoryOf(stand.proxy.program.pid, "VmRSS"));
  }
  return looks;
}
