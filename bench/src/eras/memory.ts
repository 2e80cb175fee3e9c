import { memoryOf } from "../proxy/process.ts";
import type { Report } from "../proxy/report.ts";
import { ratio } from "../proxy/targets.ts";
import type { Stand, Stands } from "./stands.ts";

const requests = 100_000;
/** The first ones grow what stays. */
const warmUp = 10_000;
const inFlight = 32;

/** What the proxy holds after so many requests of the stateless wire, to what it held after the first ones. */
export async function benchMemory({ modern, bridged }: Stands): Promise<Report> {
  const value: Record<string, { before: number; after: number }> = {};
  for (const stand of [modern, bridged]) value[stand.name] = await measure(stand);
  const targets = Object.entries(value).map(([name, { before, after }]) => ({
    name: `${name}: memory after ${requests} requests ÷ after ${warmUp}`,
    value: ratio(after, before),
    goal: "at most" as const,
    bound: 1.1,
  }));
  const title = "Resident memory of the proxy, MiB";
  return { title, value, text: `${title}: ${JSON.stringify(value)}`, targets };
}

async function measure({ open, proxy: { program } }: Stand): Promise<{ before: number; after: number }> {
  const { ask } = await open();
  let left = warmUp;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await ask("tools/call", { name: "echo", arguments: { text: "hello" } });
    }
  };
  const all = () => Promise.all(Array.from({ length: inFlight }, lane));
  await all();
  const before = memoryOf(program.pid, "VmRSS");
  left = requests - warmUp;
  await all();
  return { before, after: memoryOf(program.pid, "VmRSS") };
}
