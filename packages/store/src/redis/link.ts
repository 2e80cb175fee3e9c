import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@gateway/telemetry";
import type { createClient } from "@redis/client";
import { StoreUnavailable } from "../ports/store.ts";
import { withinLimit } from "./limit.ts";

export type RedisClient = ReturnType<typeof createClient>;

interface LinkOptions {
  /** What the link is for, in the log. */
  readonly name: string;
  readonly makeClient: () => RedisClient;
  readonly logger: Logger | undefined;
}

/** Milliseconds: TCP, then the handshake, which a hung Redis accepts and never answers. */
const connectLimit = 1_000;
const longestPause = 250;

/**
 * One connection that is made again for ever, until it is closed. It does its own reconnecting, because node-redis
 * neither bounds a handshake nor a command that was sent: a link that misses a deadline is dropped, so that while Redis
 * hangs every further command fails at once instead of being queued towards it.
 */
export class RedisLink {
  readonly #options: LinkOptions;
  readonly #end = new AbortController();
  readonly #ended = whenAborted(this.#end.signal);
  readonly #firstTry: Promise<void>;
  #client: RedisClient | undefined;
  #reported: "up" | "down" | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#firstTry = new Promise((resolve) => {
      void this.#keepConnected(resolve);
    });
  }

  /** Resolves when the first attempt to connect has come to its end, whichever. */
  tried(): Promise<void> {
    return this.#firstTry;
  }

  /** Runs a command within `limit` milliseconds, or rejects with StoreUnavailable. */
  async run<T>(limit: number, command: (client: RedisClient) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (client === undefined) throw new StoreUnavailable("Redis is not connected");
    try {
      return await withinLimit(command(client), limit, () => client.destroy());
    } catch (cause) {
      if (cause instanceof StoreUnavailable) throw cause;
      throw new StoreUnavailable("Redis did not do what it was asked", { cause });
    }
  }

  /** Ends the connection after the commands under way, or after `limit` milliseconds. */
  async close(limit: number): Promise<void> {
    this.#end.abort();
    const client = this.#client;
    if (client === undefined) return;
    await withinLimit(client.close(), limit, () => client.destroy()).catch(() => undefined);
  }

  async #keepConnected(tried: () => void): Promise<void> {
    const { signal } = this.#end;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.#connectOnce(() => {
          failures = 0;
          tried();
        });
      } catch (error) {
        this.#report("down", error);
        tried();
      }
      const pause = Math.min(longestPause, 10 * 2 ** failures) * (0.5 + Math.random() / 2);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection from its beginning to its end; rejects when it ended by itself. */
  async #connectOnce(connected: () => void): Promise<void> {
    const client = this.#options.makeClient();
    const gone = goneOf(client);
    const connecting = client.connect();
    try {
      await withinLimit(Promise.race([connecting, this.#ended]), connectLimit, () => client.destroy());
      this.#client = client;
      this.#report("up");
      connected();
      await gone;
    } finally {
      this.#client = undefined;
      client.destroy();
      connecting.then(() => client.destroy()).catch(() => undefined); // it was still on its way
    }
  }

  #report(state: "up" | "down", error?: unknown): void {
    if (this.#end.signal.aborted || this.#reported === state) return;
    this.#reported = state;
    const { logger, name } = this.#options;
    if (state === "up") logger?.info("redis connected", { link: name });
    else logger?.warn("redis is not to be reached", { link: name, error });
  }
}

/** Rejects then. */
function whenAborted(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  aborted.catch(() => undefined); // most links end while nobody waits for it
  return aborted;
}

/** Rejects when the client's connection has ended by itself, resolves when it was closed by us. */
function goneOf(client: RedisClient): Promise<void> {
  const gone = new Promise<void>((resolve, reject) => {
    client.on("error", reject); // with reconnectStrategy false every error is the last
    client.on("end", resolve);
  });
  gone.catch(() => undefined); // awaited only once connected
  return gone;
}
