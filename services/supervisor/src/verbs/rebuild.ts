import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Command, CommandFailed, parseFlags, print } from "../command.ts";
import { askStatus } from "../operator-socket.ts";
import { runningGateway } from "../running-gateway.ts";
import { restart } from "./restart.ts";

/** The verb, with what compiles: it gives an exit code, and a person sees what it says. */
export function rebuildBy(compile: () => Promise<number>): Command {
  return {
    usage: "rebuild",
    help: "Compiles everything anew, and starts the running gateway's processes anew.",
    async run(args, context) {
      parseFlags(args, []);
      print(context, ["Compiling everything anew …"]);
      if ((await compile()) !== 0)
        throw new CommandFailed("Compiling failed, as it says above. Nothing was restarted.");
      const status = await askStatus(runningGateway(context).socketPath);
      if (status === undefined) {
        print(context, ["Compiled. The gateway does not run; start it: just up"]);
        return 0;
      }
      const code = await restart.run([], context);
      print(context, ["What `just up` itself runs is as it was: for that, just down, then just up."]);
      return code;
    },
  };
}

export const rebuild = rebuildBy(async () => {
  // From src/verbs/ and from dist/verbs/ the way to the repository's root is the same.
  const script = fileURLToPath(new URL("../../../../scripts/bootstrap.sh", import.meta.url));
  const [code] = await once(spawn(script, ["--force"], { stdio: "inherit" }), "close");
  return code ?? 1;
});
