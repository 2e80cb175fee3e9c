import { describe, expect, test } from "@jest/globals";
import { isReached } from "../../src/proxy/targets.ts";
import { type Look, lookAt, renderLooks, soakTargets } from "../../src/soak/looks.ts";

const at = (memory: number, descriptors: number): Look => ({ memory, descriptors });
const nothing = { sessions: 0, children: 0 };
const flat = { start: at(40, 30), half: at(50, 30), end: at(55, 80), rest: at(45, 30) };

function missed(...[looks, left, errors]: Parameters<typeof soakTargets>): readonly string[] {
  return soakTargets(looks, left, errors)
    .filter((target) => !isReached(target))
    .map(({ name }) => name);
}

describe("a soak", () => {
  test("shows what was promised where nothing grows in its second half and nothing is left", () => {
    expect(missed({ proxy: flat }, nothing, 0)).toEqual([]);
  });

  test.each<[string, Parameters<typeof soakTargets>, string]>([
    ["memory that grows", [{ proxy: { ...flat, end: at(56, 30) } }, nothing, 0], "proxy: memory at the end ÷ at half"],
    [
      "descriptors that grow",
      [{ proxy: { ...flat, end: at(50, 81) } }, nothing, 0],
      "proxy: descriptors at the end, more than at half",
    ],
    ["a session that is left", [{ proxy: flat }, { sessions: 1, children: 0 }, 0], "sessions left"],
    ["a child that is left", [{ proxy: flat }, { sessions: 0, children: 1 }, 0], "children left"],
    ["an error", [{ proxy: flat }, nothing, 1], "errors"],
  ])("misses its target by %s", (_what, found, target) => {
    expect(missed(...found)).toEqual([target]);
  });

  test("tells what a process held, when", () => {
    expect(renderLooks({ auth: flat })).toBe(
      "auth: early 40.0 MiB, 30 descriptors; at half 50.0 MiB, 30 descriptors\n" +
        "      at the end 55.0 MiB, 80 descriptors; at rest 45.0 MiB, 30 descriptors",
    );
  });

  const testWithProc = process.platform === "linux" ? test : test.skip;
  testWithProc("looks at a process that runs", () => {
    const { memory, descriptors } = lookAt(process.pid);
    expect(memory).toBeGreaterThan(1);
    expect(descriptors).toBeGreaterThan(3);
  });
});
