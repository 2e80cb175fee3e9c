import { join } from "node:path";
import { type CommandContext, CommandFailed } from "./command.ts";
import { callSocket, type OperatorCall, operatorSocketPath } from "./operator-socket.ts";
import { readSettings } from "./settings.ts";

/** The way there in local mode: the socket of the auth that has this data folder. */
function socketOf({ env, folder }: CommandContext): OperatorCall {
  const { dataDir, environment } = readSettings(env, folder);
  const socket = operatorSocketPath(join(dataDir, "auth"), environment, "operator.sock");
  return (method, path, body) =>
    callSocket(socket, method, path, { ...(body === undefined ? {} : { body }), timeout: longestAnswer });
}

/** Milliseconds: ten thousand clients are removed, or a large backup is written, one durable step after the other. */
const longestAnswer = 600_000;

/**
 * Asks auth's operator API, which is the same wherever auth runs.
 * @throws {CommandFailed} when auth does not run, or with what it refuses
 */
export async function askAuth<T>(
  context: CommandContext,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: string,
): Promise<T> {
  const call = context.callAuth ?? socketOf(context);
  const answer = await call(method, path, body);
  if (answer === undefined) {
    const { dataDir } = readSettings(context.env, context.folder);
    throw new CommandFailed(`The gateway is not running (data folder ${dataDir}). Start it: just up`);
  }
  const said = JSON.parse(answer.body) as T & { readonly error?: string };
  if (answer.status !== 200) throw new CommandFailed(said.error ?? "auth did not understand: is it another version?");
  return said;
}
