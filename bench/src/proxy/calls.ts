import { compare, median, renderRows, type Series } from "../compare.ts";
import { watchOtherWork } from "../other-work.ts";
import type { Slice } from "../slice.ts";
import type { Conversation } from "./asking.ts";
import type { ProxyContender } from "./contenders.ts";
import type { BenchCase, Report, RunOptions } from "./report.ts";
import { best, ratio, type Target } from "./targets.ts";

/** How calls are put on: `inFlight` at a time in each session. */
export interface CallLoad {
  readonly sessions: number;
  readonly inFlight: number;
}

const loads: readonly CallLoad[] = [
  { sessions: 1, inFlight: 1 },
  { sessions: 1, inFlight: 16 },
  { sessions: 16, inFlight: 1 },
  { sessions: 64, inFlight: 1 },
];

/** Tool calls in sessions that are open, over HTTP connections that stay open. */
export const benchCalls: BenchCase = async (contenders, options) => {
  const able = contenders.filter(({ canCall }) => canCall);
  const reports: Report[] = [];
  for (const load of loads) reports.push(await benchLoad(able, load, options));
  return reports;
};

async function benchLoad(contenders: readonly ProxyContender[], load: CallLoad, options: RunOptions): Promise<Report> {
  const series = await measureLoad(contenders, load, options);
  const title = `${load.sessions} sessions, ${load.inFlight} in flight in each`;
  const rows = compare(series);
  const text = `${renderRows(title, rows)}\n${renderMedianLatency(series)}\n${renderOtherWork(series)}`;
  return { title, value: rows, text, targets: targetsOf(contenders, series, load) };
}

/** What of a contender is looked at. */
export interface Callable extends Pick<ProxyContender, "name" | "program"> {
  open(): Promise<Pick<Conversation, "ready" | typeof Symbol.asyncDispose>>;
}

/** Puts calls on contenders in turns. */
export async function measureLoad(
  contenders: readonly Callable[],
  load: CallLoad,
  { seconds, rounds }: RunOptions,
): Promise<Series[]> {
  const open = [];
  for (const contender of contenders) {
    const conversations = [];
    while (conversations.length < load.sessions) conversations.push(await contender.open());
    open.push({ contender, conversations, slices: [] as Slice[] });
  }
  for (let round = -1; round < rounds; round += 1) {
    for (const { contender, conversations, slices } of open) {
      const slice = await quietest(() => measureCalls(contender, conversations, load.inFlight, seconds));
      if (round >= 0) slices.push(slice); // the first warms the compiler and the caches
    }
  }
  for (const { conversations } of open) await Promise.all(conversations.map((each) => each[Symbol.asyncDispose]()));
  return open.map(({ contender, slices }) => ({ name: contender.name, slices }));
}

/** What others may use of the processors in a slice, and how often one that was disturbed more is measured. */
const bearable = 0.1;
const mostTries = 4;

/** Measures until others leave the machine alone; where they do not, the slice that they disturbed least counts. */
export async function quietest(measure: () => Promise<Slice>): Promise<Slice> {
  const tries: Slice[] = [];
  do tries.push(await measure());
  while (otherWorkOf(tries.at(-1)) > bearable && tries.length < mostTries);
  return tries.reduce((least, slice) => (otherWorkOf(slice) < otherWorkOf(least) ? slice : least));
}

const otherWorkOf = (slice: Slice | undefined) => slice?.otherWork ?? 0;

async function measureCalls(
  { program }: Pick<ProxyContender, "program">,
  conversations: readonly Pick<Conversation, "ready">[],
  inFlight: number,
  seconds: number,
): Promise<Slice> {
  const latencies: number[] = [];
  const others = watchOtherWork();
  const before = program?.cpuSeconds();
  const start = performance.now();
  const end = start + seconds * 1_000;
  const lane = async ({ ready }: Pick<Conversation, "ready">) => {
    while (performance.now() < end) {
      const send = ready("tools/call", { name: "echo", arguments: { text: "hello" } });
      const asked = performance.now();
      await send();
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(conversations.flatMap((each) => Array.from({ length: inFlight }, () => lane(each))));
  const elapsed = (performance.now() - start) / 1_000;
  const after = program?.cpuSeconds();
  const otherWork = others.share();
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const known = before !== undefined && after !== undefined;
  const cpuPerRequest = known ? ((after - before) / latencies.length) * 1e6 : undefined;
  return { requestsPerSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99), cpuPerRequest, otherWork };
}

type Figure = (series: Series) => number | undefined;

export const rate: Figure = ({ slices }) => median(slices.map(({ requestsPerSecond }) => requestsPerSecond));
export const p50: Figure = ({ slices }) => median(slices.map((slice) => slice.p50));
const p99: Figure = ({ slices }) => median(slices.map((slice) => slice.p99));
const cpu: Figure = ({ slices }) => {
  const known = slices.map(({ cpuPerRequest }) => cpuPerRequest).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : median(known);
};

function targetsOf(contenders: readonly ProxyContender[], series: readonly Series[], load: CallLoad): Target[] {
  const find = (wanted: (contender: ProxyContender) => boolean) =>
    series.filter((_, index) => wanted(contenders[index] as ProxyContender));
  const [ours] = find(({ role }) => role === "ours");
  const [floor] = find(({ name }) => name.startsWith("floor"));
  const peers = find(({ role }) => role === "peer");
  if (ours === undefined) return [];
  const where = `${load.sessions}×${load.inFlight}`;
  const least = (figure: Figure) => ratio(figure(ours), best("smallest", peers.map(figure)));
  const most = ratio(rate(ours), best("largest", peers.map(rate)));
  const targets: Target[] = [
    { name: `${where}: CPU a request, ours ÷ best peer`, value: least(cpu), goal: "at most", bound: 0.4 },
  ];
  if (load.sessions * load.inFlight === 1) {
    return [...targets, { name: `${where}: p50, ours ÷ best peer`, value: least(p50), goal: "at most", bound: 0.55 }];
  }
  targets.push({ name: `${where}: requests/s, ours ÷ best peer`, value: most, goal: "at least", bound: 2 });
  const ofFloor = floor && ratio(rate(ours), rate(floor));
  targets.push({ name: `${where}: requests/s, ours ÷ floor`, value: ofFloor, goal: "at least", bound: 0.75 });
  if (load.sessions !== 16) return targets;
  return [...targets, { name: `${where}: p99, ours ÷ best peer`, value: least(p99), goal: "at most", bound: 0.5 }];
}

function renderMedianLatency(series: readonly Series[]): string {
  return `p50 ms: ${series.map((each) => `${each.name} ${p50(each)?.toFixed(2)}`).join(" | ")}`;
}

function renderOtherWork(series: readonly Series[]): string {
  const most = Math.max(...series.flatMap(({ slices }) => slices.map(otherWorkOf)));
  const warning = most > bearable ? ": measure on a machine that does nothing else" : "";
  return `others used at most ${(100 * most).toFixed(0)} % of the processors in a slice${warning}`;
}
