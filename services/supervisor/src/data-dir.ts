import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@gateway/config";

/** The folder of one local gateway. It holds keys and tokens' records, so it is its owner's alone. */
export interface DataDir {
  readonly path: string;
  /** What is rendered at each start. */
  readonly run: string;
  /** auth's store and keys. */
  readonly auth: string;
  /** One log file a process. */
  readonly logs: string;
  /** One folder a server, for what it keeps. */
  readonly servers: string;
}

/**
 * Makes what is missing of the data folder.
 * @throws when others may enter it: keys would be readable
 * @throws {ConfigError} when it cannot be made or written to
 */
export function openDataDir(path: string): DataDir {
  try {
    return makeDataDir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ConfigError("environment", [
      { at: "GATEWAY_DATA_DIR", found: `${path} (${code})`, allowed: "a folder that you may make or write to" },
    ]);
  }
}

function makeDataDir(path: string): DataDir {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if ((statSync(path).mode & 0o077) !== 0) closeToOthers(path);
  // `files` is what the default gateway.json lets the filesystem server see.
  for (const room of ["run", "auth", "logs", "servers", "files"])
    mkdirSync(join(path, room), { recursive: true, mode: 0o700 });
  const room = (name: string) => join(path, name);
  return { path, run: room("run"), auth: room("auth"), logs: room("logs"), servers: room("servers") };
}

function closeToOthers(path: string): void {
  // A folder in use may be shared on purpose (/tmp): only its owner can say that it is the gateway's alone.
  if (readdirSync(path).length > 0) {
    throw new Error(
      `The data folder ${path} is open to other users. Close it (chmod 700 ${path}) or set GATEWAY_DATA_DIR.`,
    );
  }
  chmodSync(path, 0o700);
}

/** Writes a file that only its owner reads, whole or not at all. */
export function writePrivately(path: string, text: string): void {
  writeWhole(path, text, 0o600);
}

/** Writes a file, whole or not at all. @throws with the file, where it cannot be written */
export function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text, { mode });
    chmodSync(draft, mode); // whatever the umask
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    // It names the draft, which nobody knows.
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`${path} cannot be written (${code ?? message}): it and its folder must be yours to change`, {
      cause,
    });
  }
}
