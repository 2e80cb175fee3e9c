import { setTimeout as delay } from "node:timers/promises";

const gap = 50; // ms between two requests

/**
 * Asks again and again, whether the question before has been answered or not, while something is done.
 * @param questions what is asked at each turn; each gives the status of the answer
 * @returns every status that there was, once; what else a question ended with as what it said
 */
export async function askedWhile(
  questions: readonly (() => Promise<number>)[],
  run: () => Promise<unknown>,
): Promise<readonly (number | string)[]> {
  const seen = new Set<number | string>();
  const note = (outcome: number | string) => seen.add(outcome);
  const asked: Promise<unknown>[] = [];
  let isDone = false;
  const asking = (async () => {
    for (; !isDone; await delay(gap)) {
      for (const question of questions) asked.push(question().then(note, (error: Error) => note(error.message)));
    }
  })();
  await run().finally(() => {
    isDone = true;
  });
  await asking;
  await Promise.all(asked);
  return [...seen].sort();
}
