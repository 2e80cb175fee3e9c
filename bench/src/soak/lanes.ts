import { setTimeout as delay } from "node:timers/promises";

/** What a client does over and over. */
export interface Lane {
  readonly name: string;
  /** Milliseconds from one turn's beginning to the next one's; the next waits for it, unless `overlaps`. */
  readonly every: number;
  readonly overlaps?: boolean;
  /** One turn; throws where an answer is not what it should be. */
  turn(): Promise<unknown>;
}

/** What became of the turns. */
export interface Tally {
  readonly turns: Readonly<Record<string, number>>;
  readonly errors: number;
  /** The first ones. */
  readonly examples: readonly string[];
}

const keptExamples = 5;

/** Runs the lanes side by side until `end` is aborted and what had begun is over. An error is counted, and its lane goes on. */
export async function runLanes(lanes: readonly Lane[], end: AbortSignal): Promise<Tally> {
  const turns: Record<string, number> = {};
  const examples: string[] = [];
  let errors = 0;
  const take = async ({ name, turn }: Lane) => {
    try {
      await turn();
      turns[name] = (turns[name] ?? 0) + 1;
    } catch (error) {
      errors += 1;
      if (examples.length < keptExamples) examples.push(`${name}: ${(error as Error).message}`);
    }
  };
  await Promise.all(lanes.map((lane) => runLane(lane, () => take(lane), end)));
  return { turns, errors, examples };
}

async function runLane({ every, overlaps = false }: Lane, take: () => Promise<void>, end: AbortSignal): Promise<void> {
  const under = new Set<Promise<void>>();
  while (!end.aborted) {
    const pause = delay(every, undefined, { signal: end }).catch(() => undefined); // that it ends is told by `end`
    const turn = take().finally(() => under.delete(turn));
    under.add(turn);
    await (overlaps ? pause : Promise.all([pause, turn]));
  }
  await Promise.all(under);
}
