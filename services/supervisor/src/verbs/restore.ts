import type { RestoreAnswer } from "@gateway/operator-api";
import { askAuth } from "../auth-operator.ts";
import { readBackup } from "../backup-files.ts";
import { type Command, CommandFailed, confirm, parseArguments, printEither } from "../command.ts";
import { siteOf } from "../domain/deployment.ts";
import { renderRestore } from "../domain/render-backup.ts";
import { readSettings } from "../settings.ts";

const usage = "restore [FILE] [--dry-run] [--clear] [--passphrase-file FILE] [--yes] [--json]";
const flag = { type: "boolean" } as const;
const options = { "dry-run": flag, clear: flag, "passphrase-file": { type: "string" }, yes: flag, json: flag } as const;

export const restore: Command = {
  usage,
  help:
    "Puts back from a backup (by default the latest) what the running gateway does not have. What has expired, or was revoked\n" +
    "or used since, stays so. --clear first ends the clients and tokens that are not in the backup. --dry-run only counts.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const [file, ...more] = positionals;
    if (more.length > 0) throw new CommandFailed(`Use: just ${usage}`);
    const settings = readSettings(context.env, context.folder);
    const { path, text } = await readBackup(context, settings, file, values["passphrase-file"]);
    const { clear = false, "dry-run": dryRun = false } = values;
    if (clear && !dryRun) {
      const question = `End every client and token that is not in ${path}, then restore it?`;
      await confirm(context, question, values.yes ?? false);
    }
    const query = `dry_run=${dryRun ? 1 : 0}&clear=${clear ? 1 : 0}`;
    const answer = await askAuth<RestoreAnswer>(context, "POST", `/restore?${query}`, text);
    const { issuer } = siteOf(settings.environment, settings.url);
    printEither(context, values.json, answer, () => renderRestore(answer, { clear, issuer }));
    return 0;
  },
};
