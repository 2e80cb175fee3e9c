import { StoreUnavailable } from "../ports/store.ts";

/** Waits at most `limit` milliseconds; then calls `giveUp` and rejects with StoreUnavailable. */
export async function withinLimit<T>(work: Promise<T>, limit: number, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StoreUnavailable(`Redis did not answer within ${limit} ms`));
      giveUp();
    }, limit);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
