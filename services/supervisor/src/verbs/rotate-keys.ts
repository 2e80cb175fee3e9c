import type { RotatedKeys } from "@gateway/operator-api";
import { askAuth } from "../auth-operator.ts";
import { type Command, confirm, parseFlags, print } from "../command.ts";
import { renderRotation } from "../domain/render-rotation.ts";

export const rotateKeys: Command = {
  usage: "rotate-keys [--now | --compromised [--yes]]",
  help: "Changes the key that signs tokens, without signing anybody out. --compromised ends the old keys at once.",
  async run(args, context) {
    const flags = parseFlags(args, ["--now", "--compromised", "--yes"]);
    const kind = flags.has("--compromised") ? "compromised" : flags.has("--now") ? "now" : "planned";
    const question = "End every access token of the old keys, and the personal ones for good?";
    if (kind === "compromised") await confirm(context, question, flags.has("--yes"));
    const rotated = await askAuth<RotatedKeys>(context, "POST", `/keys/rotate?kind=${kind}`);
    print(context, renderRotation(kind, rotated));
    return 0;
  },
};
