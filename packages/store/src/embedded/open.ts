import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Store } from "../ports/store.ts";
import { storeOver } from "../store-over.ts";
import { EmbeddedEngine } from "./engine.ts";
import { checkFile, StoreDamaged } from "./file/check-file.ts";
import { makeFile } from "./file/make-file.ts";
import { lockFolder } from "./folder-lock.ts";
import { sweepExpired } from "./sweep.ts";
import { openTables, type Tables } from "./tables.ts";

export interface EmbeddedStoreOptions {
  /** Made where it is missing; one process at a time. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Milliseconds. */
const sweepInterval = 60_000;
const sweepLimit = 1_000;

/**
 * Opens the store in a folder of this machine: durable, what was acknowledged survives kill -9. Throws StoreInUse while
 * another holds the folder, StoreDamaged where its file is not whole, and what the file system throws. Fit for tests as well, in a temporary folder.
 */
export async function openEmbeddedStore({ folder, clock }: EmbeddedStoreOptions): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const lock = await lockFolder(folder);
  try {
    const path = join(folder, "store.mdb");
    await makeFile(path);
    checkFile(path);
    const tables = await openTables(path);
    await Promise.all([chmod(path, 0o600), chmod(`${path}-lock`, 0o600)]);
    const engine = new EmbeddedEngine(tables);
    const stopSweeping = sweepNowAndThen(tables, clock);
    const close = async () => {
      stopSweeping();
      await engine.close();
      await lock.release(); // last: who gets it next must find the file closed
    };
    return { ...storeOver(engine, clock), close };
  } catch (cause) {
    await lock.release();
    if (cause instanceof StoreDamaged) throw cause;
    throw new Error(`The store in ${folder} cannot be opened`, { cause });
  }
}

function sweepNowAndThen(tables: Tables, clock: Clock): () => void {
  // A sweep that fails is tried again at the next turn; whoever needs the file hears of it from their own call.
  const sweep = () => void sweepExpired(tables, clock(), sweepLimit).catch(() => undefined);
  const timer = setInterval(sweep, sweepInterval).unref();
  sweep();
  return () => clearInterval(timer);
}
