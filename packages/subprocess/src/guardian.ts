import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { withoutInherited } from "./inherited-descriptors.ts";

/**
 * A small shell process beside this one that ends its children should this process be killed, by whatever
 * signal. One per service process.
 */
export interface Guardian {
  /** A fresh mark for one child, to be put into its environment: the guardian finds by it what left its group. */
  mark(): { readonly child: number; readonly env: Readonly<Record<"GATEWAY_CHILD", string>> };
  /** From now on this process group ends with us. */
  watch(group: number): void;
  /** The group has ended: what escaped from it is killed, and its id may be used again by others. */
  forget(group: number, child: number): void;
  /** Ends every child that is left, and the guardian; resolves when it has exited. */
  close(): Promise<void>;
}

// Beside src/ and dist/, so that both find it.
const script = fileURLToPath(new URL("../guardian.sh", import.meta.url));

/**
 * Starts the guardian, in a session of its own so that the terminal's Ctrl-C does not end it first.
 * @param graceMilliseconds how long children get between SIGTERM and SIGKILL once this process is gone
 * @throws when there is no `/bin/sh`
 */
export async function openGuardian({ graceMilliseconds = 1_000 } = {}): Promise<Guardian> {
  const owner = randomBytes(12).toString("hex");
  const args = [script, owner, String(Math.ceil(graceMilliseconds / 100))];
  const options = { detached: true, cwd: "/", env: { PATH: "/usr/local/bin:/usr/bin:/bin" } };
  const guardian = withoutInherited(["pipe", "ignore", "ignore"], (stdio) =>
    spawn("/bin/sh", args, { ...options, stdio }),
  );
  await new Promise<void>((resolve, reject) => {
    guardian.once("spawn", resolve);
    guardian.once("error", reject);
  });
  const exited = new Promise<void>((resolve) => guardian.once("exit", () => resolve()));
  const input = guardian.stdin as Socket;
  input.on("error", () => {}); // the guardian was killed: children still end by their closed standard input
  guardian.unref();
  input.unref();
  let children = 0;
  return {
    mark() {
      children += 1;
      return { child: children, env: { GATEWAY_CHILD: `${owner}/${children}/` } };
    },
    watch: (group) => void input.write(`+ ${group}\n`),
    forget: (group, child) => void input.write(`- ${group} ${child}\n`),
    async close() {
      guardian.ref();
      input.end();
      await exited;
    },
  };
}
