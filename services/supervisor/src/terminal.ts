import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { CommandFailed, type Terminal } from "./command.ts";

/** The person at a terminal. Questions go to `output`, which is not where a verb's answer goes. */
export function openTerminal(input: NodeJS.ReadStream, output: NodeJS.WritableStream): Terminal {
  return {
    ask: (question) => ask(input, output, question, output),
    async askSecretly(question) {
      const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
      output.write(question);
      const answer = await ask(input, silence, "", output);
      output.write("\n");
      return answer;
    },
  };
}

function ask(
  input: NodeJS.ReadStream,
  echo: NodeJS.WritableStream,
  question: string,
  output: NodeJS.WritableStream,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output: echo, terminal: true });
    const giveUp = () => {
      output.write("\n");
      reject(new CommandFailed("Nothing was done."));
    };
    lines.once("SIGINT", () => lines.close()); // in raw mode Ctrl-C is a key like any other
    lines.once("close", giveUp);
    lines.question(question, (answer) => {
      lines.off("close", giveUp);
      lines.close();
      resolve(answer);
    });
  });
}
