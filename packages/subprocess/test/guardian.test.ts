import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { isRunning } from "./fixtures/is-running.ts";

const owner = fileURLToPath(new URL("fixtures/owner.mjs", import.meta.url));

const owners: ChildProcess[] = [];
afterEach(() => {
  for (const each of owners.splice(0)) each.kill("SIGKILL");
});

/** Starts the owner (it runs the build, `tsc -b`) and waits until it told all its ids. */
async function startOwner(mode: "close" | "stay"): Promise<{ process: ChildProcess; pids: number[] }> {
  const started = spawn(process.execPath, [owner, mode], { stdio: ["pipe", "pipe", "inherit"] });
  owners.push(started);
  let told = "";
  for await (const chunk of started.stdout) {
    told += chunk;
    if (["leader", "inside", "escaped"].every((name) => new RegExp(`${name} \\d+\\n`).test(told))) break;
  }
  return { process: started, pids: [...told.matchAll(/\d+/g)].map(Number) };
}

async function allGone(pids: number[]): Promise<boolean> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    if (!pids.some(isRunning)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

/** Process id of the guardian of this owner, once there is another one than `not`. */
async function guardianOf({ pid }: ChildProcess, not?: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
    const found = children.find((child) => child !== not && isGuardian(child));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isGuardian(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("guardian.sh");
  } catch {
    return false; // it has just ended
  }
}

describe("the guardian", () => {
  test("leaves nothing when its owner is killed -9: child, grandchild, setsid double fork", async () => {
    const { process: started, pids } = await startOwner("stay");
    expect(pids.filter(isRunning)).toHaveLength(3);
    started.kill("SIGKILL");
    await expect(allGone(pids)).resolves.toBe(true);
  });

  test("that is killed has a successor, which leaves nothing either", async () => {
    const { process: started, pids } = await startOwner("stay");
    const first = await guardianOf(started);
    process.kill(first, "SIGKILL");
    await guardianOf(started, first);
    started.kill("SIGKILL");
    await expect(allGone(pids)).resolves.toBe(true);
  });

  test("leaves nothing when its owner closes it", async () => {
    const { process: started, pids } = await startOwner("close");
    const exited = new Promise((resolve) => started.once("exit", resolve));
    started.stdin?.end();
    await expect(allGone(pids)).resolves.toBe(true);
    await expect(exited).resolves.toBe(0);
  });
});
