import { openRedisStore, type RedisStoreOptions, type Store } from "../../src/index.ts";
import { eventually } from "../waiting.ts";

export const isUp = (store: Store) => () =>
  store.ping().then(
    () => true,
    () => false,
  );

/** A store that is connected, and waits for a Redis on a machine that stands still: for tests of what it keeps, not of outages. */
export async function openPatientStore(options: RedisStoreOptions): Promise<Store> {
  const store = await openRedisStore({ requestTimeoutMs: 30_000, ...options });
  await eventually("Redis is connected", isUp(store));
  return store;
}
