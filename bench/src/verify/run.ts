import { compare, renderRows, type Series } from "../compare.ts";
import { measureSlice, type Slice } from "../slice.ts";
import { type Figure, figuresAsJson, renderFigures } from "../target.ts";
import { type Case, cases, figuresOf } from "./cases.ts";
import { memoryFigures, renderMemory, runMemory } from "./memory.ts";
import { runOutages } from "./outage.ts";
import { openVerifyStage } from "./stage.ts";
import { runStalls, stallFigures } from "./stalls.ts";

/** What `bench verify` was asked for. */
export interface VerifyBench {
  /** Names of cases and of special runs; all cases, and no special run, when empty. */
  readonly named: readonly string[];
  readonly seconds: number;
  readonly rounds: number;
  /** Distinct tokens of the memory run, a multiple of ten. */
  readonly tokens: number;
  readonly json: boolean;
}

/** Runs that compare auth with nobody: each gives what it saw, in words and as figures. */
const special: Readonly<Record<string, (bench: VerifyBench) => Promise<Seen>>> = {
  memory: async ({ tokens }) => seenMemory(await runMemory(tokens, "embedded")),
  "memory-redis": async ({ tokens }) => seenMemory(await runMemory(tokens, "redis")),
  outage: async ({ rounds }) => ({
    rows: [],
    text: "\noutage: /verify without its Redis",
    figures: await runOutages(rounds),
  }),
  stalls: async ({ seconds, rounds }) => {
    const stalls = await runStalls(seconds * rounds);
    return { rows: stalls, text: "\nstalls: the longest of auth's event loop", figures: stallFigures(stalls) };
  },
};

interface Seen {
  readonly rows: readonly unknown[];
  readonly text: string;
  readonly figures: readonly Figure[];
}

function seenMemory(held: Awaited<ReturnType<typeof runMemory>>): Seen {
  return { rows: held, text: renderMemory(held), figures: memoryFigures(held) };
}

/** Whether there is such a case. */
export function isVerifyCase(name: string): boolean {
  return Object.hasOwn(special, name) || Object.hasOwn(cases, name);
}

/** Runs what was asked for, one after another, and prints a table (or a line of JSON) with the targets for each. */
export async function benchVerify(bench: VerifyBench): Promise<void> {
  const named = bench.named.length === 0 ? Object.keys(cases) : bench.named;
  for (const name of named.filter((one) => Object.hasOwn(special, one))) {
    print(name, (await special[name]?.(bench)) as Seen, bench);
  }
  const compared = named.filter((one) => Object.hasOwn(cases, one));
  if (compared.length === 0) return;
  await using stage = await openVerifyStage();
  for (const name of compared) {
    const one = (await cases[name]?.(stage)) as Case;
    const rows = compare(await measureCase(one, bench));
    const text = renderRows(`\n${name}: ${one.title}`, rows);
    print(name, { rows, text, figures: figuresOf(one.targets, rows) }, bench);
  }
}

function print(name: string, { rows, text, figures }: Seen, { json }: VerifyBench): void {
  const value = { name, rows, targets: figuresAsJson(figures) };
  console.log(json ? JSON.stringify(value) : `${text}\n${renderFigures(figures)}`);
}

/** Seconds of load before anything is measured: compilers and caches are not what is compared. */
const warmUp = 4;
/** Seconds. Shorter turns keep contenders closer together in time, but show less of each: CPU is told in hundredths. */
const longestTurn = 1;

/** All contenders turn by turn, in the one order and in the other, so that none is always the one that comes after. */
async function measureCase(
  { contenders, load }: Case,
  { seconds, rounds }: Pick<VerifyBench, "seconds" | "rounds">,
): Promise<readonly Series[]> {
  const slices = new Map<string, Slice[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await measureSlice(contender, { ...load, seconds: warmUp });
  const turnsInRound = Math.ceil(seconds / longestTurn);
  for (let turn = 0; turn < rounds * turnsInRound; turn += 1) {
    for (const contender of turn % 2 === 0 ? contenders : contenders.toReversed()) {
      const slice = await measureSlice(contender, { ...load, seconds: seconds / turnsInRound });
      slices.get(contender.name)?.push(slice);
    }
  }
  return [...slices].map(([name, taken]) => ({ name, slices: taken }));
}
