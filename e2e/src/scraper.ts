import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DockerStack } from "./docker-stack.ts";

/** An image that has curl, and that each stack has. */
const image = process.env.PROXY_NODE_IMAGE || "mcp-oauth-gateway/proxy-node";

/** The file of that person's own; what they know of the stack is in the one that `just up` writes (docs/operations.md). */
const own = {
  services: {
    scraper: {
      image,
      entrypoint: ["sleep", "infinity"],
      init: true,
      healthcheck: { disable: true },
    },
  },
};

/** What reads metrics, as a person puts it onto the networks of a stack: a container of another project than the stack's. */
export class Scraper implements AsyncDisposable {
  readonly #stack: DockerStack;
  readonly #folder: string;

  private constructor(stack: DockerStack, folder: string) {
    this.#stack = stack;
    this.#folder = folder;
  }

  /** Puts it there. */
  static async start(stack: DockerStack): Promise<Scraper> {
    const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-scraper-"));
    await writeFile(join(folder, "compose.yml"), JSON.stringify(own));
    const scraper = new Scraper(stack, folder);
    await scraper.up();
    return scraper;
  }

  /** Puts it onto the networks that there are now. */
  async up(): Promise<void> {
    await this.#compose("up", "--detach");
  }

  /** What it is told to read: hosts with ports. */
  async targets(): Promise<string[]> {
    const text = await readFile(join(this.#stack.folder, "data/docker/metrics/targets.json"), "utf8");
    return (JSON.parse(text) as { targets: string[] }[]).flatMap(({ targets }) => targets);
  }

  /** The body of an answer to it. @throws when there is none, or not 200 */
  get(url: string): Promise<string> {
    return this.#curl("--fail", url);
  }

  /** The status of an answer to it. */
  status(url: string): Promise<string> {
    return this.#curl("--output", "/dev/null", "--write-out", "%{http_code}", url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#compose("down", "--timeout", "0");
    await rm(this.#folder, { recursive: true });
  }

  #curl(...args: readonly string[]): Promise<string> {
    return this.#stack.docker("exec", `${this.#project}-scraper-1`, "curl", "--silent", "--max-time", "20", ...args);
  }

  get #project(): string {
    return `${this.#stack.project}-metrics`;
  }

  #compose(...args: readonly string[]): Promise<string> {
    const files = [join(this.#folder, "compose.yml"), join(this.#stack.folder, "data/docker/metrics/networks.yml")];
    const named = files.flatMap((file) => ["--file", file]);
    return this.#stack.docker("compose", "--project-name", this.#project, ...named, ...args);
  }
}
