import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openCgroups } from "../src/cgroups.ts";

// Plain files in the kernel's place: what is written, and what is made of what is read. services/proxy/test/cgroups.test.ts
// has the kernel itself.
const limits = { memory: 67_108_864, pids: 8, cpus: 0.5 };
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cgroups-"));
  writeFileSync(join(folder, "cgroup.controllers"), "cpuset cpu io memory pids\n");
  for (const file of ["cgroup.events", "cgroup.procs"]) writeFileSync(join(folder, file), "");
});
afterEach(() => rmSync(folder, { recursive: true }));
const text = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");
const open = () => openCgroups({ folder, path: "/" }, limits);

describe("a place that was left to us", () => {
  test("is emptied into a group of its own, and the controllers are turned on", () => {
    writeFileSync(join(folder, "cgroup.procs"), "123\n");
    expect(open()).toBeDefined();
    expect(text("gateway", "cgroup.procs")).toBe("123");
    expect(text("cgroup.subtree_control")).toBe("+memory +pids +cpu");
  });

  test("is used as it is by a process that finds itself in that group", () => {
    mkdirSync(join(folder, "gateway"));
    expect(
      openCgroups({ folder: join(folder, "gateway"), path: "/gateway" }, { ...limits, cpus: undefined }),
    ).toBeDefined();
    expect(text("cgroup.subtree_control")).toBe("+memory +pids");
    expect(existsSync(join(folder, "gateway", "gateway"))).toBe(false);
  });

  test.each([
    [
      "does not offer a controller that is needed",
      () => writeFileSync(join(folder, "cgroup.controllers"), "cpu pids\n"),
    ],
    ["offers nothing", () => rmSync(join(folder, "cgroup.controllers"))],
    ["cannot be written", () => mkdirSync(join(folder, "cgroup.subtree_control"))],
  ])("is left alone when it %s", (_why, change) => {
    change();
    expect(open()).toBeUndefined();
  });

  test("has groups of a process that was killed removed, and no other", () => {
    const dead = `mcp-${2 ** 22 + 1}-1`; // beyond the largest process id
    for (const name of [dead, `mcp-${process.pid}-7`, `mcp-${process.ppid}-1`, "other"]) mkdirSync(join(folder, name));
    open();
    expect([dead, `mcp-${process.pid}-7`].filter((name) => existsSync(join(folder, name)))).toEqual([]);
    for (const name of [`mcp-${process.ppid}-1`, "other"]) expect(existsSync(join(folder, name))).toBe(true);
  });
});

describe("a group", () => {
  const name = `mcp-${process.pid}-1`;

  test("has the limits: of memory all at once and without swap, of processors a share, of processes room for threads", () => {
    open()?.open(limits);
    expect(text(name, "memory.max")).toBe("67108864");
    expect(text(name, "memory.oom.group")).toBe("1");
    expect(text(name, "cpu.max")).toBe("50000 100000");
    expect(text(name, "pids.max")).toBe("512");
  });

  test("without limits has none", () => {
    open()?.open({ memory: undefined, pids: undefined, cpus: 2 });
    expect(["memory.max", "pids.max"].filter((file) => existsSync(join(folder, name, file)))).toEqual([]);
    expect(text(name, "cpu.max")).toBe("200000 100000");
  });

  test.each([
    ["memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n", "memory"],
    ["memory.events", "low 0\nhigh 0\nmax 12\noom 0\noom_kill 0\n", undefined],
    ["pids.events", "max 2\n", "pids"],
    ["pids.events", "max 0\n", undefined],
  ])("by %s of %j went beyond %s", (file, events, limit) => {
    const group = open()?.open(limits);
    writeFileSync(join(folder, name, file), events);
    expect(group?.exceeded()).toBe(limit);
  });
});
