import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { freePort } from "../program.ts";

/** A Redis that keeps what it acknowledged, as the stack runs it; it can be killed, hung, and started again. */
export class Redis implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#port = port;
    this.#folder = folder;
  }

  static async start(folder: string): Promise<Redis> {
    await mkdir(folder, { recursive: true });
    const redis = new Redis(await freePort(), folder);
    await redis.run();
    return redis;
  }

  /** Runs it, again, on the data of before; resolves when it accepts connections. */
  async run(): Promise<void> {
    const where = ["--port", `${this.#port}`, "--bind", "127.0.0.1", "--dir", this.#folder];
    const keep = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
    const child = spawn("redis-server", [...where, ...keep], { stdio: ["ignore", "pipe", "ignore"] });
    this.#child = child;
    for await (const line of child.stdout.iterator({ destroyOnReturn: false })) {
      if (`${line}`.includes("Ready to accept connections")) break;
    }
    child.stdout.resume();
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  }
}
