import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Run, startProgram } from "../program.ts";

/** A temporary folder and the programs that were started in it; all of it goes when it is disposed of. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  /** Starts a program that ends with the scene, before those that were started earlier. */
  readonly run: Run;
  /** Hands over something else that must end with the scene. */
  readonly use: <Thing extends AsyncDisposable>(thing: Thing) => Thing;
}

/** An empty scene. */
export async function openScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-bench-"));
  const things: AsyncDisposable[] = [];
  const use: Scene["use"] = (thing) => {
    things.push(thing);
    return thing;
  };
  return {
    folder,
    use,
    run: async (command, port, env) => use(await startProgram(command, port, { NODE_ENV: "production", ...env })),
    async [Symbol.asyncDispose]() {
      for (const thing of things.reverse()) await thing[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
