import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Whether there is a redis-server to start. */
export const isInstalled = spawnSync("redis-server", ["--version"]).status === 0;

interface RedisOptions {
  /** Where its data is, which outlives it; without one a temporary folder, which does not. */
  readonly folder?: string;
  /** A loopback port; without one it listens on a unix socket in its folder alone. */
  readonly port?: number;
  readonly password?: string;
}

/**
 * A Redis of the program's own, for tests and benchmarks. It keeps what it acknowledged, as the stack runs it; it can be killed,
 * hung, and started again on its data. Needs redis-server on PATH.
 */
export class RedisServer implements AsyncDisposable {
  readonly folder: string;
  readonly url: string;
  readonly #settings: readonly string[];
  readonly #isTemporary: boolean;
  #process: ChildProcess | undefined;

  private constructor(folder: string, { port, password, ...options }: RedisOptions) {
    const socket = join(folder, "redis.sock");
    this.folder = folder;
    this.#isTemporary = options.folder === undefined;
    this.url = port === undefined ? `unix://${socket}` : `redis://127.0.0.1:${port}`;
    const where = port === undefined ? { port: 0, unixsocket: socket } : { port, bind: "127.0.0.1" };
    const who = password === undefined ? {} : { requirepass: password };
    this.#settings = flags({ ...where, ...who, dir: folder, appendonly: "yes", appendfsync: "always", save: "" });
  }

  /** Resolves when it accepts connections. */
  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "redis-server-")));
    await mkdir(folder, { recursive: true });
    const redis = new RedisServer(folder, options);
    await redis.run();
    return redis;
  }

  /**
   * Runs it, again, on the data of before.
   * @param settings over its own, by their names in redis.conf
   * @throws when it ends before it accepts connections
   */
  async run(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const child = spawn("redis-server", [...this.#settings, ...flags(settings)], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#process = child;
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    await Promise.race([failed, untilReady(child)]);
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#isTemporary) await rm(this.folder, { recursive: true });
  }
}

async function untilReady({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) return;
  const printed: string[] = [];
  for await (const line of createInterface(stdout)) {
    printed.push(line);
    if (!/ready to accept connections/i.test(line)) continue;
    stdout.resume();
    return;
  }
  throw new Error(`redis-server ended:\n${printed.join("\n")}`);
}

function flags(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
