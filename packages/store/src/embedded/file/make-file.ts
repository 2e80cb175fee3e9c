import { existsSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { openTables } from "../tables.ts";

/**
 * Makes an embedded store's file where there is none. It gets its name when it is on the disk: so one that is empty or
 * cut off was damaged, and is not what a kill -9 left of a first start. Throws what LMDB and the file system throw.
 */
export async function makeFile(path: string): Promise<void> {
  if (existsSync(path)) return;
  const begun = `${path}.new`;
  await remove(begun); // what a start that was killed has left
  const { root } = await openTables(begun);
  await root.close();
  await flush(begun);
  await rename(begun, path);
  await flush(dirname(path));
  await remove(begun);
}

async function remove(begun: string): Promise<void> {
  for (const file of [begun, `${begun}-lock`]) {
    await unlink(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
