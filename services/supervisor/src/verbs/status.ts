import { join } from "node:path";
import { type Command, type CommandContext, CommandFailed, parseFlags, print } from "../command.ts";
import { renderEras } from "../domain/render-eras.ts";
import { renderLimits } from "../domain/render-limits.ts";
import { renderSessions } from "../domain/render-sessions.ts";
import { renderStatus } from "../domain/render-status.ts";
import { askStatus, callSocket, type OperatorCall, operatorSocketPath } from "../operator-socket.ts";
import { askProxies } from "../proxy-reports.ts";
import { runningGateway } from "../running-gateway.ts";

export const status: Command = {
  usage: "status [--json]",
  help: "Shows what runs and in which state each server is. Exits with 1 when nothing runs.",
  async run(args, context) {
    const flags = parseFlags(args, ["--json"]);
    const { socketPath, dataDir } = runningGateway(context);
    const found = await askStatus(socketPath);
    if (found === undefined)
      throw new CommandFailed(`The gateway is not running (data folder ${dataDir}). Start it: just up`);
    const { sessions, limits, eras } = await askProxies(found.servers, ({ name }) =>
      operatorOf(join(dataDir, "servers", name), context),
    );
    print(
      context,
      flags.has("--json")
        ? [JSON.stringify({ ...found, sessions, limits, eras }, undefined, 2)]
        : [...renderStatus(found), ...renderSessions(sessions), ...renderLimits(limits), ...renderEras(eras)],
    );
    return 0;
  },
};

function operatorOf(folder: string, { env }: CommandContext): OperatorCall {
  const socket = operatorSocketPath(folder, env, "operator.sock");
  return (method, path) => callSocket(socket, method, path);
}
