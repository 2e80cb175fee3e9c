import type { RevokedTokens, TokenList, TokenView } from "@gateway/operator-api";
import { askAuth } from "../auth-operator.ts";
import {
  type Command,
  type CommandContext,
  CommandFailed,
  confirm,
  parseArguments,
  print,
  printEither,
} from "../command.ts";
import { counted } from "../domain/render-columns.ts";
import { oneLine } from "../domain/render-table.ts";
import { renderToken, renderTokens } from "../domain/render-tokens.ts";

const usage = "tokens [list [--user USER] | show ID | revoke ID | revoke --user USER | revoke --all] [--json] [--yes]";
const flag = { type: "boolean" } as const;
const options = { json: flag, yes: flag, all: flag, user: { type: "string" } } as const;

export const tokens: Command = {
  usage,
  help:
    "Lists what people gave to clients, and personal access tokens; shows one, or revokes them within a second. An ID may be\n" +
    "a part that is its alone. USER is a login or a sub (gh|123); that user's browser sessions end too. No token is ever shown.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const [action = "list", id, ...more] = positionals;
    const { user, all = false } = values;
    const choices = [id !== undefined, user !== undefined, all].filter(Boolean).length;
    if (more.length > 0 || choices > 1) throw new CommandFailed(`Use: just ${usage}`);
    if (action === "list" && id === undefined && !all) await list(context, user, values.json);
    else if (action === "show" && id !== undefined) await show(context, id, values.json);
    else if (action === "revoke" && id !== undefined) await revokeOne(context, id, values);
    else if (action === "revoke" && choices === 1) await revokeGroup(context, user, values);
    else throw new CommandFailed(`Use: just ${usage}`);
    return 0;
  },
};

type Chosen = { readonly yes?: boolean; readonly json?: boolean };

const queryOf = (user: string | undefined) => (user === undefined ? "" : `user=${encodeURIComponent(user)}`);

async function list(context: CommandContext, user: string | undefined, json?: boolean): Promise<void> {
  const found = await askAuth<TokenList>(context, "GET", `/tokens?${queryOf(user)}`);
  printEither(context, json, found, () => renderTokens(found));
}

async function show(context: CommandContext, id: string, json?: boolean): Promise<void> {
  const token = await askAuth<TokenView>(context, "GET", `/tokens/${encodeURIComponent(id)}`);
  printEither(context, json, token, () => renderToken(token));
}

async function revokeOne(context: CommandContext, id: string, { yes = false, json }: Chosen): Promise<void> {
  const token = await askAuth<TokenView>(context, "GET", `/tokens/${encodeURIComponent(id)}`);
  const whose = `${oneLine(token.user)}'s access to ${oneLine(token.server)} by ${oneLine(token.name) || "a client without a name"}`;
  await confirm(context, `Revoke ${oneLine(token.id)}, ${whose}?`, yes);
  await report(context, `/tokens/${encodeURIComponent(token.id)}`, json);
}

async function revokeGroup(
  context: CommandContext,
  user: string | undefined,
  { yes = false, json }: Chosen,
): Promise<void> {
  const { total } = await askAuth<TokenList>(context, "GET", `/tokens?limit=1&${queryOf(user)}`);
  if (user === undefined && total === 0 && !json) return print(context, ["There is none to revoke."]);
  const whose = user === undefined ? "of everybody" : `of ${oneLine(user)}, and end that user's sign-ins`;
  await confirm(context, `Revoke ${counted(total, "token")} ${whose}?`, yes);
  await report(context, user === undefined ? "/tokens?which=all" : `/tokens?${queryOf(user)}`, json);
}

async function report(context: CommandContext, path: string, json?: boolean): Promise<void> {
  const done = await askAuth<RevokedTokens>(context, "DELETE", path);
  printEither(context, json, done, () => [`Revoked ${counted(done.revoked, "token")}.`]);
}
