import { join } from "node:path";
import type { CommandContext } from "./command.ts";
import { operatorSocketPath } from "./operator-socket.ts";
import { readSettings } from "./settings.ts";

/** Where the gateway that a person's settings mean can be reached, should it run. */
export function runningGateway({ env, folder }: CommandContext) {
  const { dataDir } = readSettings(env, folder);
  return { dataDir, socketPath: operatorSocketPath(join(dataDir, "run"), env) };
}
