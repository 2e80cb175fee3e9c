import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./free-port.ts";
import { pathOf } from "./parts.ts";

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
    const redis = new Redis(await freePort(), folder);
    await redis.run();
    return redis;
  }

  /** Runs it, again, on the data of before. */
  async run(): Promise<void> {
    const settings = { port: this.#port, dir: this.#folder, appendonly: "yes", appendfsync: "always", save: "" };
    const args = Object.entries({ bind: "127.0.0.1", ...settings }).flatMap(([name, value]) => [
      `--${name}`,
      `${value}`,
    ]);
    const child = spawn(pathOf("redis-server"), args, { stdio: ["ignore", "pipe", "ignore"] });
    this.#child = child;
    for await (const line of child.stdout.iterator({ destroyOnReturn: false })) {
      if (`${line}`.includes("Ready to accept connections")) break;
    }
    child.stdout.resume();
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
