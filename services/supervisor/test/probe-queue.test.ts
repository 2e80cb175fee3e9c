import { describe, expect, test } from "@jest/globals";
import { createProbeQueue } from "../src/probe-queue.ts";

/** Jobs that end when told to. */
function jobs() {
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  return {
    started,
    finish: (name: string) => finish.get(name)?.(),
    job: (name: string) => () => {
      started.push(name);
      return new Promise<string>((resolve) => finish.set(name, () => resolve(name)));
    },
  };
}

describe("the queue of probes", () => {
  test("runs so many at a time, and none of a key that runs", async () => {
    const { started, finish, job } = jobs();
    const queue = createProbeQueue(2);
    const a1 = queue.add("a", job("a1"));
    const a2 = queue.add("a", job("a2"));
    const b = queue.add("b", job("b"));
    const c = queue.add("c", job("c"));
    expect(started).toEqual(["a1", "b"]);
    finish("b");
    await b;
    await Promise.resolve();
    expect(started).toEqual(["a1", "b", "c"]);
    finish("a1");
    finish("c");
    await Promise.all([a1, c]);
    finish("a2");
    expect(await a2).toBe("a2");
  });

  test("goes on after a job that failed", async () => {
    const queue = createProbeQueue(1);
    await expect(queue.add("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(queue.add("a", async () => 1)).resolves.toBe(1);
  });
});
