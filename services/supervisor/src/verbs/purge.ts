import type { PurgeAnswer } from "@gateway/operator-api";
import { askAuth } from "../auth-operator.ts";
import { type Command, parseArguments, printEither } from "../command.ts";
import { counted } from "../domain/render-columns.ts";

const usage = "purge [--dry-run] [--json]";
const options = { "dry-run": { type: "boolean" }, json: { type: "boolean" } } as const;

export const purge: Command = {
  usage,
  help: "Drops what has expired, which the gateway does by itself in time. --dry-run only counts.",
  async run(args, context) {
    const { values } = parseArguments(args, options, usage);
    const dryRun = values["dry-run"] ?? false;
    const purged = await askAuth<PurgeAnswer>(context, "POST", `/purge?dry_run=${dryRun ? 1 : 0}`);
    printEither(context, values.json, purged, () => [
      `${dryRun ? "Would drop" : "Dropped"} ${counted(purged.records, "record")} and ${purged.memberships} of their places in lists.`,
    ]);
    return 0;
  },
};
