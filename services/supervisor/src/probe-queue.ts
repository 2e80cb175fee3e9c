/** Jobs that wait their turn. */
export interface ProbeQueue {
  /** Runs `job` when fewer than the limit run and none of the same key does. Gives the job's result. */
  add<T>(key: string, job: () => Promise<T>): Promise<T>;
}

/**
 * A queue that runs `limit` jobs at a time, in their order: starting every server at once would make each slow, and
 * two that fetch one package would break each other's (see `fetchKey`).
 */
export function createProbeQueue(limit: number): ProbeQueue {
  const waiting: { key: string; run: () => Promise<void> }[] = [];
  const running = new Set<string>();
  const next = () => {
    const index = running.size < limit ? waiting.findIndex(({ key }) => !running.has(key)) : -1;
    const [job] = index === -1 ? [] : waiting.splice(index, 1);
    if (job === undefined) return;
    running.add(job.key);
    job.run().finally(() => {
      running.delete(job.key);
      next();
    });
    next();
  };
  return {
    add: (key, job) =>
      new Promise((resolve, reject) => {
        waiting.push({ key, run: () => job().then(resolve, reject) });
        next();
      }),
  };
}
