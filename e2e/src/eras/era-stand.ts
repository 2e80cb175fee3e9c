import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLoneProxy } from "../lone-proxy.ts";
import { until } from "../processes.ts";
import type { PairedServer } from "./pairs.ts";

/** A proxy in front of one server, and what the server notes. */
export interface EraStand extends AsyncDisposable {
  readonly url: string;
  /** What the server did, and no answer told. */
  journal(): Promise<readonly string[]>;
  /** Waits until it did that. @param from after so many other things */
  untilNoted(word: string, from?: number): Promise<void>;
  /** Moves the proxy's clock by two hours, where movable-clock.js was loaded into it. */
  moveClock(): Promise<void>;
}

export async function startEraStand({ command }: PairedServer, env: NodeJS.ProcessEnv = {}): Promise<EraStand> {
  const folder = await mkdtemp(join(tmpdir(), "eras-"));
  const file = join(folder, "journal");
  await writeFile(file, "");
  const journal = async () => (await readFile(file, "utf8")).split("\n").filter(Boolean);
  const proxy = await startLoneProxy(command(file), env);
  return {
    url: proxy.url,
    journal,
    untilNoted: async (word, from) => {
      const noted = async () => ((await journal()).includes(word, from) ? true : undefined);
      await until(noted, `${word} in the server's journal`);
    },
    moveClock: () => proxy.signal("SIGUSR2", "the clock has moved"),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
