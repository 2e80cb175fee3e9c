import { memoryOf } from "../proxy/process.ts";
import type { Report } from "../proxy/report.ts";
import { ratio } from "../proxy/targets.ts";
import { openClients, putLoad } from "./load.ts";
import type { Stand, Stands } from "./stands.ts";

const requests = 100_000;
/** The first ones grow what stays. */
const warmUp = 10_000;
const clients = 32;

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

async function measure(stand: Stand): Promise<{ before: number; after: number }> {
  const { pid } = stand.proxy.program;
  const opened = await openClients(stand, clients);
  await putLoad(stand, opened, { amount: warmUp });
  const before = memoryOf(pid, "VmRSS");
  await putLoad(stand, opened, { amount: requests - warmUp });
  return { before, after: memoryOf(pid, "VmRSS") };
}
