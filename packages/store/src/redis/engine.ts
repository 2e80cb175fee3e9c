import type { Logger } from "@gateway/telemetry";
import type { Change, Engine } from "../engine.ts";
import type { Clock } from "../ports/store.ts";
import { commitScript, renderCommit } from "./commit-script.ts";
import { RedisFeed } from "./feed.ts";
import type { RedisLink } from "./link.ts";

interface RedisEngineOptions {
  readonly commands: RedisLink;
  readonly news: RedisLink;
  readonly prefix: string;
  readonly clock: Clock;
  /** Milliseconds in which a command must be answered. */
  readonly limit: number;
  readonly logger?: Logger | undefined;
}

/** An engine in Redis, shared by all processes that use the same prefix. */
export class RedisEngine implements Engine {
  readonly feed: RedisFeed;
  readonly #options: RedisEngineOptions;
  readonly #feedKey: string;

  constructor(options: RedisEngineOptions) {
    this.#options = options;
    this.#feedKey = `${options.prefix}feed`;
    const { news: link, limit, logger } = options;
    this.feed = new RedisFeed({ link, key: this.#feedKey, limit, logger });
  }

  async read(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    const { commands, prefix, limit } = this.#options;
    const texts = await commands.run(limit, (client) => client.mGet(keys.map((key) => prefix + key)));
    return texts.map((text) => text ?? undefined);
  }

  members(index: string): Promise<readonly string[]> {
    const { commands, prefix, limit } = this.#options;
    return commands.run(limit, (client) => client.zRange(prefix + index, 0, -1));
  }

  keys(prefix: string): Promise<readonly string[]> {
    return this.#scan(prefix);
  }

  indexes(prefix: string): Promise<readonly string[]> {
    return this.#scan(prefix);
  }

  async commit(change: Change): Promise<boolean> {
    const { commands, prefix, clock, limit } = this.#options;
    const rendered = renderCommit(change, clock(), prefix, this.#feedKey);
    return (await commands.run(limit, (client) => client.eval(commitScript, rendered))) === 1;
  }

  /** Names that begin with a prefix, one step a command: none holds Redis up, each is bounded. */
  async #scan(begin: string): Promise<readonly string[]> {
    const { commands, prefix, limit } = this.#options;
    const MATCH = `${prefix}${begin}`.replace(/[*?[\]\\]/g, "\\$&").concat("*");
    const names = new Set<string>(); // SCAN may give one more than once
    let cursor = "0";
    do {
      const at = cursor;
      const step = await commands.run(limit, (client) => client.scan(at, { MATCH, COUNT: 1_000 }));
      for (const name of step.keys) names.add(name.slice(prefix.length));
      cursor = step.cursor;
    } while (cursor !== "0");
    return [...names];
  }

  async ping(): Promise<void> {
    const { commands, limit } = this.#options;
    await commands.run(limit, (client) => client.ping());
  }

  async close(): Promise<void> {
    const { commands, news, limit } = this.#options;
    this.feed.end();
    await Promise.all([commands.close(limit), news.close(0)]);
  }
}
