import { join } from "node:path";
import { type Command, type CommandContext, CommandFailed, parseFlags, print } from "../command.ts";
import { modeOf } from "../docker/mode.ts";
import { statusInDocker } from "../docker/verbs.ts";
import { renderSessions, type SessionRow } from "../domain/render-sessions.ts";
import { renderStatus } from "../domain/render-status.ts";
import type { GatewayStatus } from "../domain/server-state.ts";
import { askSessions, askStatus, operatorSocketPath } from "../operator-socket.ts";
import { runningGateway } from "../running-gateway.ts";
import { readSettings } from "../settings.ts";

export const status: Command = {
  usage: "status [--docker | --local] [--json]",
  help: "Shows what runs and in which state each server is. Exits with 1 when nothing runs.",
  async run(args, context) {
    const { mode, rest } = modeOf(args, readSettings(context.env, context.folder).environment);
    if (mode === "docker") return statusInDocker(rest, context);
    const flags = parseFlags(rest, ["--json"]);
    const { socketPath, dataDir } = runningGateway(context);
    const found = await askStatus(socketPath);
    if (found === undefined)
      throw new CommandFailed(`The gateway is not running (data folder ${dataDir}). Start it: just up`);
    const sessions = await sessionsOf(found, dataDir, context);
    print(
      context,
      flags.has("--json")
        ? [JSON.stringify({ ...found, sessions }, undefined, 2)]
        : [...renderStatus(found), ...renderSessions(sessions)],
    );
    return 0;
  },
};

/** The open sessions of each server that has a proxy. */
async function sessionsOf({ servers }: GatewayStatus, dataDir: string, { env }: CommandContext) {
  const asked = servers.map(async ({ name }): Promise<[string, readonly SessionRow[]][]> => {
    const sessions = await askSessions(operatorSocketPath(join(dataDir, "servers", name), env, "operator.sock"));
    return sessions === undefined ? [] : [[name, sessions]];
  });
  return Object.fromEntries((await Promise.all(asked)).flat());
}
