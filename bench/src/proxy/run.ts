import { setTimeout as delay } from "node:timers/promises";
import { compare, median, renderRows, type Series } from "../compare.ts";
import type { Slice } from "../slice.ts";
import { type ProxyContender, startContenders } from "./contenders.ts";
import { type CallLoad, measureCalls, measureLarge, measureOpening, residentMemory } from "./measures.ts";

export interface RunOptions {
  /** Of one slice. */
  readonly seconds: number;
  readonly rounds: number;
  readonly json: boolean;
}

const loads = [
  { sessions: 1, inFlight: 1 },
  { sessions: 1, inFlight: 16 },
  { sessions: 16, inFlight: 1 },
  { sessions: 64, inFlight: 1 },
];
const large = 8_000_000;

/** Measures the proxy against the other ways to the same MCP server, and prints a table a load. */
export async function benchProxy({ seconds, rounds, json }: RunOptions): Promise<void> {
  const { contenders, close } = await startContenders();
  const print = (title: string, value: unknown, text: string) =>
    console.log(json ? JSON.stringify({ title, value }) : text);
  try {
    const idle = contenders.map((each) => [each.name, residentMemory(each)] as const);
    print("idle memory", idle, renderValues("Idle memory, MiB", idle));
    const opening = await interleaved(contenders, 7, openingOf);
    print("initialize", opening, renderValues("A session opened, ms (median)", opening));
    for (const load of loads) {
      const series = await measureLoad(
        contenders.filter(({ name }) => name !== "ours, warm"),
        { ...load, seconds },
        rounds,
      );
      const title = `${load.sessions} sessions, ${load.inFlight} in flight in each`;
      print(title, compare(series), `${renderRows(`\n${title}`, compare(series))}\n${renderMedianLatency(series)}`);
    }
    const size = await interleaved(contenders, 3, (each) => measureLarge(each, large));
    print("8 MB there and back", size, renderValues("8 MB there and back, ms (median)", size));
  } finally {
    await close();
  }
}

/** A pool refills in the background: what is measured is a child that waits. */
async function openingOf(contender: ProxyContender): Promise<number> {
  if (contender.name === "ours, warm") await delay(500);
  return measureOpening(contender);
}

async function measureLoad(contenders: readonly ProxyContender[], load: CallLoad, rounds: number): Promise<Series[]> {
  const open = await Promise.all(
    contenders.map(async (contender) => ({
      contender,
      conversations: await openAll(contender, load.sessions),
      slices: [] as Slice[],
    })),
  );
  for (let round = -1; round < rounds; round += 1) {
    for (const { contender, conversations, slices } of open) {
      const slice = await measureCalls(contender, conversations, load);
      if (round >= 0) slices.push(slice); // the first warms the compiler and the caches
    }
  }
  for (const { conversations } of open) await Promise.all(conversations.map((each) => each[Symbol.asyncDispose]()));
  return open.map(({ contender, slices }) => ({ name: contender.name, slices }));
}

async function openAll(contender: ProxyContender, count: number) {
  const conversations = [];
  for (let opened = 0; opened < count; opened += 1) conversations.push(await contender.open());
  return conversations;
}

type Values = readonly (readonly [name: string, value: number | undefined])[];

async function interleaved(
  contenders: readonly ProxyContender[],
  rounds: number,
  measure: (contender: ProxyContender) => Promise<number | undefined>,
): Promise<Values> {
  const taken = contenders.map((contender) => ({ contender, values: [] as (number | undefined)[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { contender, values } of taken) values.push(await measure(contender));
  }
  return taken.map(({ contender, values }) => {
    const known = values.filter((value) => value !== undefined);
    return [contender.name, known.length === values.length ? median(known) : undefined];
  });
}

function renderValues(title: string, values: Values): string {
  const width = Math.max(...values.map(([name]) => name.length));
  const lines = values.map(([name, value]) => `${name.padEnd(width)}  ${value?.toFixed(1) ?? "–"}`);
  return [`\n${title}`, ...lines].join("\n");
}

function renderMedianLatency(series: readonly Series[]): string {
  const values = series.map(({ name, slices }) => `${name} ${median(slices.map(({ p50 }) => p50)).toFixed(2)}`);
  return `p50 ms: ${values.join(" | ")}`;
}
