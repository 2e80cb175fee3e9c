import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CommandContext, CommandFailed } from "./command.ts";
import { isSealedBackup, openBackup } from "./domain/sealed-backup.ts";
import { readPassphrase } from "./passphrase.ts";
import type { Settings } from "./settings.ts";

const largestFile = 400_000_000; // bytes; more than auth takes

/** The folder of backups that were given no file of their own. */
export function backupFolder({ dataDir }: Settings): string {
  return join(dataDir, "backups");
}

/** Where a backup of this moment goes. */
export function nextBackupFile(settings: Settings, now: Date): string {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "-");
  return join(backupFolder(settings), `oauth-backup-${time}.json`);
}

/** The backups in that folder, the latest last. */
export function listBackups(settings: Settings): readonly { readonly path: string; readonly bytes: number }[] {
  const folder = backupFolder(settings);
  try {
    const names = readdirSync(folder).filter((name) => /^oauth-backup-.*\.json$/.test(name));
    return names.sort().map((name) => ({ path: join(folder, name), bytes: statSync(join(folder, name)).size }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * A backup's JSON, decrypted where it has to be.
 * @param file as the person gave it; the latest one of the folder when they gave none
 * @throws {CommandFailed} when there is none, or it cannot be read
 */
export async function readBackup(
  context: CommandContext,
  settings: Settings,
  file: string | undefined,
  passphraseFile: string | undefined,
): Promise<{ readonly path: string; readonly text: string }> {
  const path = file === undefined ? listBackups(settings).at(-1)?.path : resolve(context.folder, file);
  if (path === undefined)
    throw new CommandFailed(`There is no backup in ${backupFolder(settings)}. Make one: just backup`);
  const text = readText(path);
  const content = parse(text, path);
  if (!isSealedBackup(content)) return { path, text };
  const passphrase = await readPassphrase(context, settings, passphraseFile, "open");
  const opened = await openBackup(content, passphrase);
  if (opened === undefined) {
    throw new CommandFailed(`${path} cannot be opened: the passphrase is another one, or the file was changed.`);
  }
  return { path, text: opened };
}

function readText(path: string): string {
  try {
    if (statSync(path).size > largestFile) throw new CommandFailed(`${path} is too large to be a backup.`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailed(`${path} is no backup: it is not JSON. List those there are: just backups`);
  }
}
