import { setTimeout as delay } from "node:timers/promises";
import { type Command, CommandFailed, parseFlags, print } from "../command.ts";
import { askDown, askStatus } from "../operator-socket.ts";
import { runningGateway } from "../running-gateway.ts";

const longestEnd = 30_000; // ms; more than `up` takes
const pause = 100; // ms

export const down: Command = {
  usage: "down",
  help: "Ends the running gateway and waits until all of it has ended.",
  async run(args, context) {
    parseFlags(args, []);
    const { socketPath, dataDir } = runningGateway(context);
    if (!(await askDown(socketPath))) {
      print(context, [`The gateway is not running (data folder ${dataDir}).`]);
      return 0;
    }
    const until = Date.now() + longestEnd;
    while (await askStatus(socketPath)) {
      if (Date.now() > until) throw new CommandFailed("The gateway has not ended. Press Ctrl-C twice where it runs.");
      await delay(pause);
    }
    print(context, ["The gateway has ended."]);
    return 0;
  },
};
