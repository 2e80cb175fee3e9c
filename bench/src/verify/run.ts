import { compare, renderRows, type Series } from "../compare.ts";
import { measureSlice, type Slice } from "../slice.ts";
import { type Case, cases } from "./cases.ts";
import { renderMemory, runMemory } from "./memory.ts";
import { openVerifyStage } from "./stage.ts";

/** What `bench verify` was asked for. */
export interface VerifyBench {
  /** Names of cases, `memory` among them; all but `memory` when empty. */
  readonly named: readonly string[];
  readonly seconds: number;
  readonly rounds: number;
  /** Distinct tokens of the memory run, a multiple of ten. */
  readonly tokens: number;
  readonly json: boolean;
}

/** Whether there is such a case. */
export function isVerifyCase(name: string): boolean {
  return name === "memory" || Object.hasOwn(cases, name);
}

/** Runs the cases of `bench verify`, one after another, and prints a table (or a line of JSON) for each. */
export async function benchVerify({ named, tokens, json, ...load }: VerifyBench): Promise<void> {
  if (named.includes("memory")) {
    console.log(renderMemory(await runMemory(tokens)));
    return;
  }
  await using stage = await openVerifyStage();
  for (const name of named.length === 0 ? Object.keys(cases) : named) {
    const one = (await cases[name]?.(stage)) as Case;
    const rows = compare(await measureCase(one, load));
    console.log(json ? JSON.stringify({ name, rows }) : renderRows(`\n${name}: ${one.title}`, rows));
  }
}

async function measureCase(
  { contenders, load }: Case,
  { seconds, rounds }: Pick<VerifyBench, "seconds" | "rounds">,
): Promise<readonly Series[]> {
  const slices = new Map<string, Slice[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await measureSlice(contender, { ...load, seconds }); // warm: compiler, caches
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      slices.get(contender.name)?.push(await measureSlice(contender, { ...load, seconds }));
    }
  }
  return [...slices].map(([name, taken]) => ({ name, slices: taken }));
}
