import { randomBytes } from "node:crypto";
import { type FileHandle, open, readdir, rename, unlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { askHolder, type LockHolder } from "./lock-holder.ts";

/** Another process holds the folder. `message` says what to do. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
  readonly code = "STORE_IN_USE";
  readonly folder: string;
  /** The holder's process id in its own container; undefined when it was too busy to say. */
  readonly pid: number | undefined;

  constructor(folder: string, pid: number | undefined) {
    const holder = pid === undefined ? "another process, which is too busy to say its id" : `process ${pid}`;
    super(
      `The data folder ${folder} is in use by ${holder}. Stop that one first, or give this one a folder of its own.`,
    );
    this.folder = folder;
    this.pid = pid;
  }
}

export interface FolderLock {
  release(): Promise<void>;
}

const lockName = /^lock-[0-9a-f]{16}\.sock$/;
const mostAttempts = 20;

/**
 * Takes a folder for this process alone. A lock is a unix socket on which its holder listens: the kernel refuses
 * connections to a socket of a dead process, so no pid is trusted, nothing has to be tidied after a kill -9, and it
 * holds across containers that share the volume. Names are random and never used again, so that removing a dead one can
 * never hit a living one. Throws StoreInUse.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  for (let attempts = 1; attempts <= mostAttempts; attempts += 1) {
    const claim = await publishClaim(folder);
    // Whoever is published first is seen by whoever looks later: of two that look, at least one sees the other.
    const rival = await findRival(folder, claim.name);
    if (rival === undefined) return claim.hold();
    await claim.release();
    if (rival.state === "held") throw new StoreInUse(folder, rival.pid);
    await delay(Math.random() * 50); // both gave way: apart, one will be first
  }
  throw new StoreInUse(folder, undefined);
}

interface Claim extends FolderLock {
  readonly name: string;
  hold(): FolderLock;
}

async function publishClaim(folder: string): Promise<Claim> {
  let state: LockHolder["state"] = "claimed";
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(JSON.stringify({ pid: process.pid, state } satisfies LockHolder), () => socket.destroy());
  });
  const name = `lock-${randomBytes(8).toString("hex")}.sock`;
  const directory = await openDirectory(folder);
  try {
    // Listening before it has its name: one that is seen and refuses is dead, with no moment of doubt.
    await listen(server, join(directory.path, `.${name}`));
  } finally {
    await directory.handle?.close();
  }
  await rename(join(folder, `.${name}`), join(folder, name));
  server.unref();
  const claim: Claim = {
    name,
    hold() {
      state = "held";
      return claim;
    },
    async release() {
      await new Promise((resolve) => server.close(resolve));
      await removeSocket(join(folder, name));
    },
  };
  return claim;
}

async function findRival(folder: string, ownName: string): Promise<LockHolder | undefined> {
  const names = (await readdir(folder)).filter((name) => lockName.test(name) && name !== ownName);
  const directory = await openDirectory(folder);
  try {
    for (const name of names) {
      const rival = await askHolder(join(directory.path, name));
      if (rival !== undefined) return rival;
      await removeSocket(join(folder, name));
    }
  } finally {
    await directory.handle?.close();
  }
  return undefined;
}

// Not `rm`: after it has looked at a socket, Node 20 resolves modules behind symbolic links no longer (its realpathSync
// takes the stale file type for that of the next path), and what is imported later is not found.
async function removeSocket(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

// A socket's path ends at 107 bytes; on Linux a deep folder has a short name through its descriptor.
async function openDirectory(folder: string): Promise<{ path: string; handle?: FileHandle }> {
  if (Buffer.byteLength(folder) < 70 || process.platform !== "linux") return { path: folder };
  const handle = await open(folder);
  return { path: `/proc/self/fd/${handle.fd}`, handle };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
