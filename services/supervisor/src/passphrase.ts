import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type CommandContext, CommandFailed } from "./command.ts";
import { shortestPassphrase } from "./domain/sealed-backup.ts";
import type { Settings } from "./settings.ts";

/**
 * The passphrase of a backup: from a file, from GATEWAY_BACKUP_PASSPHRASE, or typed. Never from an argument, which every
 * user of the machine can see.
 * @throws {CommandFailed} when there is none, or it is too short
 */
export async function readPassphrase(
  { terminal, folder }: CommandContext,
  { backupPassphrase }: Settings,
  file: string | undefined,
  purpose: "seal" | "open",
): Promise<string> {
  const given = file === undefined ? backupPassphrase : readPassphraseFile(resolve(folder, file));
  if (given === undefined && terminal === undefined) {
    throw new CommandFailed(
      "A passphrase is needed and there is no terminal to ask on: set GATEWAY_BACKUP_PASSPHRASE or give --passphrase-file FILE.",
    );
  }
  const passphrase = given ?? (await terminal?.askSecretly("Passphrase of the backup: ")) ?? "";
  if (purpose === "open") return passphrase;
  if (passphrase.length < shortestPassphrase) {
    throw new CommandFailed(`A passphrase has at least ${shortestPassphrase} characters. Nothing was written.`);
  }
  const again = given ?? (await terminal?.askSecretly("The same again: "));
  if (again !== passphrase) throw new CommandFailed("The two are not the same. Nothing was written.");
  return passphrase;
}

function readPassphraseFile(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new CommandFailed(`The passphrase cannot be read from ${path} (${(error as NodeJS.ErrnoException).code}).`);
  }
}
