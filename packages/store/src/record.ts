/** Writes a record as the engines keep it: JSON with the moment of its end beside it. */
export function renderRecord(value: unknown, expiresAt?: number): string {
  return JSON.stringify({ expiresAt, value });
}

/** Reads one back; undefined when there is none or it has expired by `now` (seconds since the epoch). */
export function parseRecord<T>(text: string | undefined, now: number): T | undefined {
  return parseEnding<T>(text, now)?.value;
}

/** The same with the moment of its end; absent: never. */
export function parseEnding<T>(
  text: string | undefined,
  now: number,
): { readonly value: T; readonly expiresAt?: number } | undefined {
  if (text === undefined) return undefined;
  const record = JSON.parse(text) as { expiresAt?: number; value: T };
  return record.expiresAt === undefined || record.expiresAt > now ? record : undefined;
}
