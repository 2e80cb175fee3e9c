import { once } from "node:events";
import { afterEach, describe, expect, test } from "@jest/globals";
import {
  endSubprocess,
  type Guardian,
  openGuardian,
  ProcessTrees,
  type Subprocess,
  startSubprocess,
} from "../src/index.ts";

const started: { child: Subprocess; guardian: Guardian }[] = [];
afterEach(async () => {
  for (const { child, guardian } of started.splice(0)) {
    await endSubprocess(child, { stdin: 0, terminate: 0 });
    await guardian.close();
  }
});

/** A shell that has run a script up to its `echo`. */
async function shell(script: string): Promise<Subprocess> {
  const guardian = await openGuardian({ graceMilliseconds: 100 });
  const env = { PATH: process.env.PATH ?? "" };
  const child = await startSubprocess({ command: ["sh", "-c", `${script}; echo; read end`], env, guardian });
  started.push({ child, guardian });
  await once(child.stdout, "data");
  return child;
}

describe("the processes of a child", () => {
  test.each([
    ["it alone", "true", 1],
    ["with those it started", "sleep 300 & sleep 300 & true", 3],
    ["with those that left its group and their parent", "setsid -f sleep 300 >/dev/null 2>&1", 2],
    ["with those that cleared their environment", "env -i /bin/sleep 300 & true", 2],
  ])("%s", async (_what, script, processes) => {
    const { pid, mark } = await shell(script);
    const trees = new ProcessTrees();
    trees.add(pid, mark);
    const usage = trees.measure().get(pid);
    expect(usage?.processes).toBe(processes);
    expect(usage?.memory).toBeGreaterThan(10_000);
  });

  test("are counted apart from those of another, and not once it was removed", async () => {
    const [one, other] = await Promise.all([shell("sleep 300 & true"), shell("true")]);
    const trees = new ProcessTrees();
    for (const { pid, mark } of [one, other]) trees.add(pid, mark);
    expect([...trees.measure()].map(([pid, { processes }]) => [pid, processes]).sort()).toEqual(
      [
        [one.pid, 2],
        [other.pid, 1],
      ].sort(),
    );
    trees.remove(one.pid, one.mark);
    expect([...trees.measure().keys()]).toEqual([other.pid]);
  });
});
