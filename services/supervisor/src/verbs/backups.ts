import { backupFolder, listBackups, readBackup } from "../backup-files.ts";
import { type Command, CommandFailed, parseArguments, printEither } from "../command.ts";
import { countsOf, isBackup, renderCounts } from "../domain/render-backup.ts";
import { readSettings } from "../settings.ts";

const usage = "backups [list | view [FILE]] [--passphrase-file FILE] [--json]";
const options = { "passphrase-file": { type: "string" }, json: { type: "boolean" } } as const;

export const backups: Command = {
  usage,
  help: "Lists the backups in the data folder, or says what is in one (by default the latest).",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const [action = "list", file, ...more] = positionals;
    const settings = readSettings(context.env, context.folder);
    if (action === "list" && file === undefined) {
      const found = listBackups(settings);
      const lines = found.map(({ path, bytes }) => `${path}  ${bytes} bytes`);
      printEither(context, values.json, found, () =>
        lines.length === 0 ? [`None in ${backupFolder(settings)}.`] : lines,
      );
    } else if (action === "view" && more.length === 0) {
      const { path, text } = await readBackup(context, settings, file, values["passphrase-file"]);
      const content: unknown = JSON.parse(text);
      if (!isBackup(content)) throw new CommandFailed(`${path} is no backup of the gateway.`);
      const { createdAt, issuer } = content;
      const counts = countsOf(content);
      printEither(context, values.json, { path, createdAt, issuer, ...counts }, () => [
        `${path}: made ${createdAt} at ${issuer}`,
        renderCounts(counts),
      ]);
    } else throw new CommandFailed(`Use: just ${usage}`);
    return 0;
  },
};
