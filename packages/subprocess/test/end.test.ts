import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { endSubprocess, type Guardian, isGroupRunning, openGuardian, startSubprocess } from "../src/index.ts";
import { isRunning } from "./fixtures/is-running.ts";

let guardian: Guardian;
beforeAll(async () => {
  guardian = await openGuardian({ graceMilliseconds: 100 });
});
afterAll(() => guardian.close());

/** Milliseconds. What is waited for in vain is waited for briefly; the rest may take as long as a busy machine takes. */
const waits = {
  ended: { stdin: 30_000, terminate: 30_000 },
  terminated: { stdin: 150, terminate: 30_000 },
  killed: { stdin: 150, terminate: 150 },
} as const;

/** Runs a shell script that prints `ready` once it stands, and ends it. */
async function endingOf(
  script: string,
  waits: Parameters<typeof endSubprocess>[1],
): Promise<{ ending: string; left: boolean; milliseconds: number }> {
  const child = await startSubprocess({
    command: ["sh", "-c", script],
    env: { PATH: process.env.PATH ?? "" },
    guardian,
  });
  await once(child.stdout, "data");
  const start = Date.now();
  const ending = await endSubprocess(child, waits);
  return { ending, left: isGroupRunning(child.pid), milliseconds: Date.now() - start };
}

describe("ending a child", () => {
  test.each<[string, string, keyof typeof waits]>([
    ["ends with its input", "echo ready; cat", "ended"],
    ["ignores the end of its input", "echo ready; exec sleep 60", "terminated"],
    ["ignores SIGTERM too", "trap '' TERM; echo ready; while :; do sleep 60; done", "killed"],
    ["leaves a deaf grandchild behind", "(trap '' TERM; exec sleep 60) & sleep 0.05; echo ready; cat", "killed"],
    ["leaves a grandchild behind", "sleep 60 & echo ready; cat", "terminated"],
    ["is dead already", "echo ready; exit 3", "ended"],
  ])("that %s", async (_what, script, ending) => {
    const result = await endingOf(script, waits[ending]);
    expect(result).toMatchObject({ ending, left: false });
    expect(result.milliseconds).toBeLessThan(20_000); // it is not waited for longer than it lives
  });

  test("kills what left the group by setsid and a double fork", async () => {
    const script = "setsid sh -c 'sleep 60 & echo $!' & wait; cat";
    const child = await startSubprocess({
      command: ["sh", "-c", script],
      env: { PATH: process.env.PATH ?? "" },
      guardian,
    });
    const [escaped] = (await once(child.stdout, "data")) as [Buffer];
    await endSubprocess(child, waits.killed);
    await expect(gone(Number(escaped))).resolves.toBe(true);
  });
});

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    if (!isRunning(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
