import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import { ShortLived } from "../src/short-lived.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as (options?: { readonly type: "minor" }) => void;

/** A value that is counted for as long as the collector takes it for used: buffers of processes are counted, objects are not. */
const size = 4_096;
const valuesInUse = () => Math.round(process.memoryUsage().arrayBuffers / size);

/** Sets so many values, one after the other, of which the newest few are there. */
function comeAndGo(values: ShortLived<Buffer>, times: number): void {
  for (let time = 0; time < times; time += 1) {
    const id = values.newId();
    values.set(id, Buffer.alloc(size));
    values.delete(id - 8);
  }
}

describe("what comes and goes with each request", () => {
  test("is under a number that nothing had before, and gone after that", () => {
    const values = new ShortLived<{ readonly name: string }>();
    const [first, second] = [values.newId(), values.newId()];
    values.set(first, { name: "first" });
    values.set(second, { name: "second" });
    expect(values.delete(first)).toBe(true);
    expect([values.get(first), values.get(second)?.name, values.newId() > second]).toEqual([undefined, "second", true]);
  });

  test("is counted once, however often it is set or taken away", () => {
    const values = new ShortLived<object>();
    const id = values.newId();
    values.set(id, {});
    values.set(id, {});
    expect(values.size).toBe(1);
    expect([values.delete(id), values.delete(id), values.size]).toEqual([true, false, 0]);
  });

  test("is nothing under what is no number, though it is written the same", () => {
    const values = new ShortLived<object>();
    const id = values.newId();
    values.set(id, {});
    expect([values.get(String(id)), values.get(undefined), values.get("constructor")]).toEqual(
      Array(3).fill(undefined),
    );
  });

  test("is told in the order in which it came", () => {
    const values = new ShortLived<{ readonly at: number }>();
    for (let at = 0; at < 100; at += 1) values.set(values.newId(), { at });
    values.delete(1);
    expect(values.values().map(({ at }) => at)).toEqual(Array.from({ length: 99 }, (_, index) => index + 1));
  });

  test("is all gone when it is cleared, and numbers go on", () => {
    const values = new ShortLived<object>();
    const id = values.newId();
    values.set(id, {});
    values.clear();
    expect([values.size, values.values(), values.newId() > id]).toEqual([0, [], true]);
  });
});

test("what is gone is collected with other young objects, though what it was kept in is old", () => {
  const values = new ShortLived<Buffer>();
  comeAndGo(values, 100);
  collectGarbage(); // after which `values` is old
  const before = valuesInUse();
  comeAndGo(values, 1_000);
  for (let time = 0; time < 3; time += 1) collectGarbage({ type: "minor" });
  expect(valuesInUse() - before).toBeLessThan(100);
});
