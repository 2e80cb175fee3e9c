import { join } from "node:path";
import { type Command, CommandFailed, parseFlags, print } from "../command.ts";
import { renderRotation } from "../domain/render-rotation.ts";
import { callSocket, operatorSocketPath } from "../operator-socket.ts";
import { readSettings } from "../settings.ts";

export const rotateKeys: Command = {
  usage: "rotate-keys [--now | --compromised]",
  help: "Changes the key that signs tokens, without signing anybody out. --compromised ends the old keys at once.",
  async run(args, context) {
    const flags = parseFlags(args, ["--now", "--compromised"]);
    const kind = flags.has("--compromised") ? "compromised" : flags.has("--now") ? "now" : "planned";
    const { dataDir, environment } = readSettings(context.env, context.folder);
    const socket = operatorSocketPath(join(dataDir, "auth"), environment, "operator.sock");
    const answer = await callSocket(socket, "POST", `/keys/rotate?kind=${kind}`);
    if (answer === undefined)
      throw new CommandFailed(`The gateway is not running (data folder ${dataDir}). Start it: just up`);
    const body = JSON.parse(answer.body);
    if (answer.status !== 200) throw new CommandFailed(body.error ?? "auth did not understand: is it another version?");
    print(context, renderRotation(kind, body));
    return 0;
  },
};
