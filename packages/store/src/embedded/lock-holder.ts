import { connect } from "node:net";

/** What a living lock says of itself. */
export interface LockHolder {
  readonly pid: number | undefined;
  /** `claimed`: it may yet give way. */
  readonly state: "claimed" | "held";
}

/** Milliseconds. */
const patience = 1_000;

/** Asks the lock at `path` who holds it; undefined when nobody does, because its process is dead. */
export function askHolder(path: string): Promise<LockHolder | undefined> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(path);
    socket.setTimeout(patience, () => socket.destroy());
    socket.setEncoding("utf8").on("data", (text) => {
      answer += text;
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(code === "ECONNREFUSED" || code === "ENOENT" ? undefined : silentHolder);
    });
    socket.on("close", () => resolve(parseHolder(answer)));
  });
}

/** One that lives, and was stopped or too busy to answer: it must not be robbed of its folder. */
const silentHolder: LockHolder = { pid: undefined, state: "held" };

function parseHolder(answer: string): LockHolder {
  try {
    return JSON.parse(answer) as LockHolder;
  } catch {
    return silentHolder;
  }
}
