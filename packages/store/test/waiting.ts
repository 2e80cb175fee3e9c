import { setTimeout as delay } from "node:timers/promises";

/** Asks again and again until it is so; throws after `limit` milliseconds. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>, limit = 5_000): Promise<void> {
  const end = performance.now() + limit;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Not within ${limit} ms: ${what}`);
    await delay(5);
  }
}

/** Milliseconds until it settles, and how. */
export async function timed(work: Promise<unknown>): Promise<{ elapsed: number; error?: unknown }> {
  const start = performance.now();
  try {
    await work;
    return { elapsed: performance.now() - start };
  } catch (error) {
    return { elapsed: performance.now() - start, error };
  }
}
