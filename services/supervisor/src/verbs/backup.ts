import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { askAuth } from "../auth-operator.ts";
import { nextBackupFile } from "../backup-files.ts";
import { type Command, CommandFailed, confirm, parseArguments, printEither } from "../command.ts";
import { writePrivately } from "../data-dir.ts";
import { type BackupContent, countsOf, renderCounts } from "../domain/render-backup.ts";
import { sealBackup } from "../domain/sealed-backup.ts";
import { readPassphrase } from "../passphrase.ts";
import { readSettings } from "../settings.ts";

const usage = "backup [FILE] [--encrypt] [--passphrase-file FILE] [--yes] [--json]";
const flag = { type: "boolean" } as const;
const options = { encrypt: flag, "passphrase-file": { type: "string" }, yes: flag, json: flag } as const;

export const backup: Command = {
  usage,
  help:
    "Writes clients, grants and revocations of the running gateway to a file (mode 0600), by default into backups/ of the data\n" +
    "folder. Secrets are in it as digests only. It is encrypted with --encrypt, and whenever GATEWAY_BACKUP_PASSPHRASE is set.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const [given, ...more] = positionals;
    if (more.length > 0) throw new CommandFailed(`Use: just ${usage}`);
    const settings = readSettings(context.env, context.folder);
    const file = given === undefined ? nextBackupFile(settings, new Date()) : resolve(context.folder, given);
    if (existsSync(file)) await confirm(context, `${file} is there already. Replace it?`, values.yes ?? false);
    const passphraseFile = values["passphrase-file"];
    const isSealed = values.encrypt || passphraseFile !== undefined || settings.backupPassphrase !== undefined;
    const passphrase = isSealed ? await readPassphrase(context, settings, passphraseFile, "seal") : undefined;
    const content = await askAuth<BackupContent>(context, "GET", "/backup");
    const text = JSON.stringify(content, undefined, 1);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writePrivately(file, passphrase === undefined ? text : JSON.stringify(await sealBackup(text, passphrase)));
    const counts = countsOf(content);
    printEither(context, values.json, { file, encrypted: isSealed, ...counts }, () => [
      `Wrote ${file}${isSealed ? " (encrypted)" : ""}: ${renderCounts(counts)}.`,
      "The signing keys are not in it: they are in auth/ of the data folder, or in Redis.",
    ]);
    return 0;
  },
};
