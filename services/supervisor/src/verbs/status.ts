import { join } from "node:path";
import { type Command, type CommandContext, CommandFailed, parseFlags, print } from "../command.ts";
import { renderEras } from "../domain/render-eras.ts";
import { renderLimits } from "../domain/render-limits.ts";
import { renderSessions } from "../domain/render-sessions.ts";
import { renderStatus } from "../domain/render-status.ts";
import type { GatewayStatus } from "../domain/server-state.ts";
import { askEra, askLimits, askSessions, askStatus, operatorSocketPath } from "../operator-socket.ts";
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
    const askEach = <Answer>(ask: Ask<Answer>) => askProxies(found, ask, dataDir, context);
    const [sessions, limits, eras] = await Promise.all([askEach(askSessions), askEach(askLimits), askEach(askEra)]);
    print(
      context,
      flags.has("--json")
        ? [JSON.stringify({ ...found, sessions, limits, eras }, undefined, 2)]
        : [...renderStatus(found), ...renderSessions(sessions), ...renderLimits(limits), ...renderEras(eras)],
    );
    return 0;
  },
};

type Ask<Answer> = (socketPath: string) => Promise<Answer | undefined>;

/** What the proxy of each server that has one answers. */
async function askProxies<Answer>(
  { servers }: GatewayStatus,
  ask: Ask<Answer>,
  dataDir: string,
  { env }: CommandContext,
): Promise<Readonly<Record<string, Answer>>> {
  const asked = servers.map(async ({ name }): Promise<[string, Answer][]> => {
    const answer = await ask(operatorSocketPath(join(dataDir, "servers", name), env, "operator.sock"));
    return answer === undefined ? [] : [[name, answer]];
  });
  return Object.fromEntries((await Promise.all(asked)).flat());
}
