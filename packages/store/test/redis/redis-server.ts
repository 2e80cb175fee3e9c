import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "@jest/globals";

const installed = spawnSync("redis-server", ["--version"]).status === 0;

/** A suite that needs a real Redis: skipped by name where there is none, but a failure in CI. */
export function describeWithRedis(name: string, suite: () => void): void {
  if (installed) describe(name, suite);
  else if (process.env.CI === "true") {
    test(`${name}: needs redis-server`, () => {
      throw new Error("redis-server is not installed; on Debian: apt-get install redis-server");
    });
  } else describe.skip(`${name} (skipped: redis-server is not installed)`, suite);
}

/** A Redis of the test's own, in a temporary folder, on a unix socket. */
export class RedisServer {
  readonly folder: string;
  readonly url: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.url = `unix://${join(folder, "redis.sock")}`;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), "store-redis-")));
    await server.run();
    return server;
  }

  /** Runs it, again, on the data of before. */
  async run(...options: string[]): Promise<void> {
    const { folder } = this;
    const keep = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
    const where = ["--port", "0", "--unixsocket", join(folder, "redis.sock"), "--dir", folder];
    const child = spawn("redis-server", [...where, ...keep, ...options], { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    for await (const line of createInterface(child.stdout)) {
      if (line.includes("ready to accept connections")) break;
    }
    child.stdout.resume();
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true });
  }
}
