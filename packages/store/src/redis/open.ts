import type { Logger } from "@gateway/telemetry";
import type { Clock, Store } from "../ports/store.ts";
import { storeOver } from "../store-over.ts";
import { RedisEngine } from "./engine.ts";
import { type RedisClient, RedisLink } from "./link.ts";

export interface RedisStoreOptions {
  /** `redis://`, `rediss://` or `unix://`, with or without credentials. Redis 6.2 or newer. */
  readonly url: string;
  /** Takes the place of the one in the URL. */
  readonly password?: string | undefined;
  readonly clock: Clock;
  /** What stands before every key; `oauth:` unless given. A proxy's is `mcp:<name>:` (decision 6). */
  readonly prefix?: string;
  /** Milliseconds in which Redis must answer; 500 unless given. Whoever waits longer gets StoreUnavailable. */
  readonly requestTimeoutMs?: number;
  readonly logger?: Logger;
}

/**
 * Opens the store in Redis. Resolves also while Redis cannot be reached, after one attempt: then every operation
 * rejects with StoreUnavailable, until a connection is made. Throws a TypeError on a URL that is none.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const { clock, prefix = "oauth:", requestTimeoutMs: limit = 500, logger } = options;
  const makeClient = await clientMaker(options);
  const commands = new RedisLink({ name: "commands", makeClient, logger });
  const news = new RedisLink({ name: "feed", makeClient, logger });
  await Promise.all([commands.tried(), news.tried()]);
  const engine = new RedisEngine({ commands, news, prefix, clock, limit, logger });
  await engine.feed.begin();
  return storeOver(engine, clock);
}

/** Makes clients of a Redis that connect once and do not queue. @throws {TypeError} on a URL that is none */
export async function clientMaker({
  url,
  password,
}: Pick<RedisStoreOptions, "url" | "password">): Promise<() => RedisClient> {
  // Only who uses Redis pays for loading it (decision 15); and for its core, not for the modules of Redis Stack.
  const { createClient } = await import("@redis/client");
  const make = (): RedisClient =>
    createClient({
      url,
      ...(password === undefined ? {} : { password }),
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: "disabled",
      socket: { reconnectStrategy: false, connectTimeout: 900 }, // shorter than the link's own limit
    });
  make(); // refuses a bad URL here, not in the background
  return make;
}
