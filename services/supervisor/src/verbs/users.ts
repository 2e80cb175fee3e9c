import type { UserList } from "@gateway/operator-api";
import { askAuth } from "../auth-operator.ts";
import { type Command, CommandFailed, parseArguments, printEither } from "../command.ts";
import { renderUsers } from "../domain/render-users.ts";

const usage = "users [list] [--json]";

export const users: Command = {
  usage,
  help:
    "Lists who has tokens, by which provider they signed in, and with how many clients. What one of them gave: just tokens\n" +
    "--user USER; to end it: just tokens revoke --user USER.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, { json: { type: "boolean" } }, usage);
    if (positionals.length > 1 || (positionals[0] ?? "list") !== "list") throw new CommandFailed(`Use: just ${usage}`);
    const found = await askAuth<UserList>(context, "GET", "/users");
    printEither(context, values.json, found, () => renderUsers(found));
    return 0;
  },
};
