import { setTimeout as delay } from "node:timers/promises";
import { type Command, CommandFailed, parseArguments, print } from "../command.ts";
import { renderChange } from "../domain/render-table.ts";
import type { GatewayStatus } from "../domain/server-state.ts";
import { askRestart, askStatus } from "../operator-socket.ts";
import { runningGateway } from "../running-gateway.ts";

const longestStart = 120_000; // ms; a server that takes longer goes on starting
const pause = 100; // ms

const usage = "restart [NAME]";

export const restart: Command = {
  usage,
  help: "Starts one process of the running gateway anew (a server, auth, edge), or all of them; the others go on.",
  async run(args, context) {
    const { positionals } = parseArguments(args, {}, usage);
    const [name, ...more] = positionals;
    if (more.length > 0) throw new CommandFailed(`Use: just ${usage}`);
    const { socketPath, dataDir } = runningGateway(context);
    const before = await askStatus(socketPath);
    const names = before && (await askRestart(socketPath, name));
    if (before === undefined || names === undefined)
      throw new CommandFailed(`The gateway is not running (data folder ${dataDir}). Start it: just up`);
    if (names.length === 0) {
      const there = before.processes.map((process) => process.name).join(", ");
      throw new CommandFailed(`No process is called ${name}. There are: ${there}`);
    }
    print(context, [`Restarting ${names.join(", ")} …`]);
    const after = await untilBack(socketPath, before, names);
    const rows = after.servers.filter((server) => names.includes(server.name));
    print(context, [...rows.map(renderChange), "Done."]);
    return rows.some(({ state }) => state.kind === "failed") ? 1 : 0;
  },
};

/** The status once all of these have a new life, and the servers among them are ready or cannot be. */
async function untilBack(socketPath: string, before: GatewayStatus, names: readonly string[]): Promise<GatewayStatus> {
  const restartsOf = (status: GatewayStatus, name: string) =>
    status.processes.find((process) => process.name === name)?.restarts ?? 0;
  const isBack = (status: GatewayStatus, name: string) => {
    const { pid } = status.processes.find((process) => process.name === name) ?? {};
    const state = status.servers.find((server) => server.name === name)?.state.kind ?? "ready";
    const isNew = restartsOf(status, name) > restartsOf(before, name) && pid !== undefined;
    return isNew && (state === "ready" || state === "failed");
  };
  for (const until = Date.now() + longestStart; Date.now() < until; await delay(pause)) {
    const status = await askStatus(socketPath);
    if (status === undefined) throw new CommandFailed("The gateway has ended meanwhile.");
    if (names.every((name) => isBack(status, name))) return status;
  }
  throw new CommandFailed("It still starts. See how it goes: just status");
}
