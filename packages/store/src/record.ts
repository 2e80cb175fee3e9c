/** Writes a record as the engines keep it: JSON with the moment of its end beside it. */
export function renderRecord(value: unknown, expiresAt?: number): string {
  return JSON.stringify({ expiresAt, value });
}

/** Reads one back; undefined when there is none or it has expired by `now` (seconds since the epoch). */
export function parseRecord<T>(text: string | undefined, now: number): T | undefined {
  if (text === undefined) return undefined;
  const { expiresAt, value } = JSON.parse(text) as { expiresAt?: number; value: T };
  return expiresAt === undefined || expiresAt > now ? value : undefined;
}
