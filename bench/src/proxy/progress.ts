import { median } from "../compare.ts";
import type { ProxyContender } from "./contenders.ts";
import { type BenchCase, type Figures, figureOf, reportFigures } from "./report.ts";

const calls = 30;
const steps = 5;

interface Seen {
  /** Milliseconds between a child's first progress line and its event, of each call. */
  readonly delays: readonly number[];
  /** Progress events that never came. */
  readonly lost: number;
}

/** How long the first progress event takes from the child's line to the client, and whether all come. */
export const benchProgress: BenchCase = async (contenders) => {
  const seen: { contender: ProxyContender; seen: Seen }[] = [];
  for (const contender of contenders.filter(({ canCall }) => canCall)) {
    seen.push({ contender, seen: await measureProgress(contender) });
  }
  const delays: Figures = seen.map(({ contender, seen }) => ({
    contender,
    value: seen.delays.length === 0 ? undefined : median(seen.delays),
  }));
  const lost: Figures = seen.map(({ contender, seen }) => ({ contender, value: seen.lost }));
  return [
    reportFigures("First progress event, ms after the child's line (median)", delays, [
      { name: "first progress event, ms", value: figureOf(delays, "ours"), goal: "at most", bound: 10 },
    ]),
    reportFigures(`Progress events lost, of ${calls * steps}`, lost, [
      { name: "progress events lost", value: figureOf(lost, "ours"), goal: "at most", bound: 0 },
    ]),
  ];
};

async function measureProgress(contender: ProxyContender): Promise<Seen> {
  await using conversation = await contender.open();
  const delays: number[] = [];
  let lost = 0;
  for (let call = 0; call < calls; call += 1) {
    const _meta = { progressToken: call };
    const params = { name: "progress", arguments: { steps }, _meta };
    const arrivals = await conversation.watch("tools/call", params).catch(() => []);
    const progress = arrivals.filter(({ message }) => message.method === "notifications/progress");
    const [first] = progress;
    if (first !== undefined) delays.push(first.at - Number(first.message.params?.message));
    lost += steps - progress.length;
  }
  return { delays, lost };
}
