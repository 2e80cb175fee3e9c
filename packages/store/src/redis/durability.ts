import { RedisLink } from "./link.ts";
import { clientMaker, type RedisStoreOptions } from "./open.ts";

/** What a Redis does with what it has acknowledged, in the words of redis.conf. What is undefined it did not say. */
export interface RedisDurability {
  /** Whether each change goes into a file. */
  readonly appendonly?: "yes" | "no" | undefined;
  /** When that file is written to the disk: `always` is before a change is acknowledged. */
  readonly appendfsync?: string | undefined;
}

/**
 * Asks a Redis how it keeps what it acknowledged: CONFIG GET, or, where a hosted one forbids that, INFO, which says less.
 * @throws {StoreUnavailable} when it cannot be reached, or does not answer in time
 * @throws {TypeError} on a URL that is none
 */
export async function readRedisDurability(
  options: Pick<RedisStoreOptions, "url" | "password" | "requestTimeoutMs">,
): Promise<RedisDurability> {
  const { requestTimeoutMs: limit = 500 } = options;
  const link = new RedisLink({ name: "durability", makeClient: await clientMaker(options), logger: undefined });
  try {
    await link.tried();
    // Redis 6.2 takes one pattern, not several names. A refusal is no answer; a lost connection also fails what is asked next.
    const settings = await link.run(limit, (client) => client.configGet("append*").catch(() => undefined));
    if (settings?.appendonly !== undefined) return durabilityOf(settings);
    const said = await link.run(limit, (client) => client.info("persistence").catch(() => ""));
    const [, enabled] = /^aof_enabled:([01])/m.exec(said) ?? [];
    if (enabled === undefined) await link.run(limit, (client) => client.ping());
    return enabled === undefined ? {} : { appendonly: enabled === "1" ? "yes" : "no" };
  } finally {
    await link.close(limit);
  }
}

/** @param settings of CONFIG GET, by their names */
export function durabilityOf({ appendonly, appendfsync }: Readonly<Record<string, string>>): RedisDurability {
  return { appendonly: appendonly === "yes" || appendonly === "no" ? appendonly : undefined, appendfsync };
}
