import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { see, seen } from "./wiretap.ts";

/** One step of a transcript: what is typed, and what is shown to come back. */
export interface Step {
  readonly command: string;
  /** `…` stands for whatever is there: alone on a line for any lines, within one for the rest of a value. */
  readonly shown: string;
}

/** What a reader pastes from an earlier answer, by the name it is given (`client_id=…`). */
export type Pasted = ReadonlyMap<string, string>;

const pasting = /^(\w+)=…$/;

/** The steps of a page's `console` blocks, in order. A command goes on where its line ends in a backslash. */
export function stepsOf(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command = ""] = /^(?:.*\\\n)*.*\n/.exec(step) ?? [];
        return { command: command.trimEnd(), shown: step.slice(command.length).trimEnd() };
      }),
  );
}

/** The name that a step gives to a value from an earlier answer, if that is all it does. */
export function pastedBy({ command }: Step): string | undefined {
  return pasting.exec(command)?.[1];
}

/** A value as a reader finds it in an answer: a member of its JSON, or a header. */
export function findValue(name: string, answer: string): string | undefined {
  const header = name.replaceAll("_", "-");
  return new RegExp(`"${name}":"([^"]+)"|^${header}: *(\\S+)`, "im").exec(answer)?.slice(1).find(Boolean);
}

/** Types a command into a shell; gives what it prints. */
export async function type(command: string, pasted: Pasted): Promise<string> {
  const env = { PATH: process.env.PATH, ...Object.fromEntries(pasted) };
  const { stdout } = await promisify(execFile)("bash", ["-c", command], { env });
  see({ body: stdout });
  for (const [name, value] of pasted) if (name !== "client_id") seen.add(name, value);
  return stdout.replaceAll("\r", "").trimEnd();
}

/** What is shown, as a pattern of what comes back. */
export function patternOf(shown: string): RegExp {
  const lines = shown.split("\n").map((line) => (line === "…" ? "(?:.*\n)*?" : `${patternOfLine(line)}\n`));
  return new RegExp(`^${lines.join("")}$`);
}

function patternOfLine(line: string): string {
  return line
    .split("…")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}
