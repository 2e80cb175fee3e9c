import type { Stats } from "@gateway/operator-api";
import { askAuth } from "../auth-operator.ts";
import { type Command, parseArguments, printEither } from "../command.ts";
import { renderColumns } from "../domain/render-columns.ts";
import { oneLine } from "../domain/render-table.ts";

const usage = "stats [--json]";

export const stats: Command = {
  usage,
  help: "Counts clients, tokens and users.",
  async run(args, context) {
    const { values } = parseArguments(args, { json: { type: "boolean" } }, usage);
    const found = await askAuth<Stats>(context, "GET", "/stats");
    printEither(context, values.json, found, () => renderStats(found));
    return 0;
  },
};

function renderStats({ clients, tokens, users, tokens_by_server }: Stats): string[] {
  const servers = Object.entries(tokens_by_server).map(([server, count]) => [`  ${oneLine(server)}`, String(count)]);
  return renderColumns([
    ["Clients", `${clients.total} (${clients.never_used} never used)`],
    ["Users", String(users)],
    ["Tokens", `${tokens.total} (${tokens.of_clients} of clients, ${tokens.personal} personal)`],
    ...servers,
  ]);
}
