import { setTimeout as delay } from "node:timers/promises";

const gap = 50; // ms between two requests

/**
 * Asks again and again, whether the question before has been answered or not, while something is done.
 * @param questions what is asked at each turn; each gives the status of the answer
 * @returns every status that there was, once
 */
export async function askedWhile(
  questions: readonly (() => Promise<number>)[],
  run: () => Promise<unknown>,
): Promise<readonly number[]> {
  const seen = new Set<number>();
  const asked: Promise<unknown>[] = [];
  let isDone = false;
  const asking = (async () => {
    for (; !isDone; await delay(gap)) {
      for (const question of questions) asked.push(question().then((status) => seen.add(status)));
    }
  })();
  await run().finally(() => {
    isDone = true;
  });
  await asking;
  await Promise.all(asked);
  return [...seen].sort((one, other) => one - other);
}
