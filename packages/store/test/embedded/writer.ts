import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** The arguments with which node runs a fixture from its source. */
export function typescriptArguments(name: string): string[] {
  return ["--conditions=@gateway/source", "--import", fixture("typescript.mjs"), fixture(name)];
}

/** A process of its own that writes into an embedded store as fast as it can. */
export class Writer {
  readonly pid: number;
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #reader: Interface;
  readonly #read: Promise<unknown>;

  constructor(folder: string, prefix: string) {
    const argv = [...typescriptArguments("embedded-writer.ts"), folder, prefix];
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    this.pid = child.pid as number;
    this.#reader = createInterface(child.stdout).on("line", (line) => this.lines.push(line));
    this.#read = once(this.#reader, "close");
  }

  /** Resolves when it has said so many lines. */
  async spoken(lines = 1): Promise<void> {
    while (this.lines.length < lines) await once(this.#reader, "line");
  }

  /** kill -9, and all that it said until then has been read. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<void> {
    await this.#read;
  }
}
