import { askAuth } from "../auth-operator.ts";
import { type Command, parseFlags, print } from "../command.ts";
import { type RotatedKeys, renderRotation } from "../domain/render-rotation.ts";

export const rotateKeys: Command = {
  usage: "rotate-keys [--now | --compromised]",
  help: "Changes the key that signs tokens, without signing anybody out. --compromised ends the old keys at once.",
  async run(args, context) {
    const flags = parseFlags(args, ["--now", "--compromised"]);
    const kind = flags.has("--compromised") ? "compromised" : flags.has("--now") ? "now" : "planned";
    const rotated = await askAuth<RotatedKeys>(context, "POST", `/keys/rotate?kind=${kind}`);
    print(context, renderRotation(kind, rotated));
    return 0;
  },
};
