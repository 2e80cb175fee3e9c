import type { ClientList, ClientView, DeletedClients } from "@gateway/operator-api";
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
import { renderClient, renderClients } from "../domain/render-clients.ts";
import { counted } from "../domain/render-columns.ts";
import { oneLine } from "../domain/render-table.ts";

const usage = "clients [list | show ID | delete ID | delete --all | --unused | --test] [--json] [--yes]";
const flag = { type: "boolean" } as const;
const options = { json: flag, yes: flag, all: flag, unused: flag, test: flag };

/** Several clients at once, by the flag that means them. */
const groups = {
  all: "every client",
  unused: "every client that never obtained a token",
  test: "every client whose name begins with TEST",
} as const;

export const clients: Command = {
  usage,
  help:
    "Lists the clients that registered, shows one, or deletes them; with a client all its tokens end. An ID may be a part\n" +
    "that is its alone. --unused: those that never obtained a token; --test: those whose names begin with “TEST ”, in capitals.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const [action = "list", id, ...more] = positionals;
    const group = (Object.keys(groups) as (keyof typeof groups)[]).filter((name) => values[name]);
    if (more.length > 0 || group.length > 1) throw new CommandFailed(`Use: just ${usage}`);
    if (action === "list" && id === undefined) await list(context, group[0], values.json);
    else if (action === "show" && id !== undefined) await show(context, id, values.json);
    else if (action === "delete" && id !== undefined && group.length === 0) await deleteOne(context, id, values);
    else if (action === "delete" && id === undefined && group[0]) await deleteGroup(context, group[0], values);
    else throw new CommandFailed(`Use: just ${usage}`);
    return 0;
  },
};

type Chosen = { readonly yes?: boolean; readonly json?: boolean };

async function list(context: CommandContext, group: keyof typeof groups | undefined, json?: boolean): Promise<void> {
  const found = await askAuth<ClientList>(context, "GET", `/clients${group ? `?which=${group}` : ""}`);
  printEither(context, json, found, () => renderClients(found));
}

async function show(context: CommandContext, id: string, json?: boolean): Promise<void> {
  const client = await askAuth<ClientView>(context, "GET", `/clients/${encodeURIComponent(id)}`);
  printEither(context, json, client, () => renderClient(client));
}

async function deleteOne(context: CommandContext, id: string, { yes = false, json }: Chosen): Promise<void> {
  const client = await askAuth<ClientView>(context, "GET", `/clients/${encodeURIComponent(id)}`);
  const named = `${oneLine(client.client_id)} (${oneLine(client.client_name)})`;
  await confirm(context, `Delete ${named} and revoke its ${counted(client.tokens, "token")}?`, yes);
  await report(context, `/clients/${encodeURIComponent(client.client_id)}`, json);
}

async function deleteGroup(
  context: CommandContext,
  group: keyof typeof groups,
  { yes = false, json }: Chosen,
): Promise<void> {
  const { total } = await askAuth<ClientList>(context, "GET", `/clients?which=${group}&limit=1`);
  if (total === 0 && !json) return print(context, ["There is none to delete."]);
  await confirm(context, `Delete ${groups[group]} (${total}) and revoke their tokens?`, yes);
  await report(context, `/clients?which=${group}`, json);
}

async function report(context: CommandContext, path: string, json?: boolean): Promise<void> {
  const done = await askAuth<DeletedClients>(context, "DELETE", path);
  printEither(context, json, done, () => [
    `Deleted ${counted(done.deleted, "client")}; ${counted(done.tokens_revoked, "token")} revoked.`,
  ]);
}
