/** Keeps a value as the newest in a map, which holds at most so many: the oldest goes first. A Map keeps the order of insertion. */
export function keepNewest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest = key] = map.keys();
  if (map.size > most) map.delete(oldest);
}
