import { readdirSync } from "node:fs";
import { memoryOf } from "../proxy/process.ts";
import { ratio, type Target } from "../proxy/targets.ts";

/** What a process holds at a moment. */
export interface Look {
  /** MiB of its own: heap, buffers, stacks. Not pages of files, which the system takes back when it likes. */
  readonly memory: number;
  /** Open descriptors. */
  readonly descriptors: number;
}

/** The same process under the same load: early, when half of the time was over, and at its end; and once that had gone. */
export interface Looks {
  readonly start: Look;
  readonly half: Look;
  readonly end: Look;
  readonly rest: Look;
}

/** What is there once the load is over and the idle limit has passed. */
export interface Left {
  readonly sessions: number;
  readonly children: number;
}

/** Descriptors that come and go: of children, of which now more and now fewer run, and of connections that are kept for a while. */
const spareDescriptors = 50;

/** @throws where there is no /proc */
export function lookAt(pid: number): Look {
  return { memory: memoryOf(pid, "RssAnon"), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** What a soak is to show. Pure. */
export function soakTargets(looks: Readonly<Record<string, Looks>>, left: Left, errors: number): readonly Target[] {
  const flat = Object.entries(looks).flatMap(([name, { half, end }]): readonly Target[] => [
    {
      name: `${name}: memory at the end ÷ at half`,
      value: ratio(end.memory, half.memory),
      goal: "at most",
      bound: 1.1,
    },
    {
      name: `${name}: descriptors at the end, more than at half`,
      value: end.descriptors - half.descriptors,
      goal: "at most",
      bound: spareDescriptors,
    },
  ]);
  return [
    ...flat,
    { name: "sessions left", value: left.sessions, goal: "at most", bound: 0 },
    { name: "children left", value: left.children, goal: "at most", bound: 0 },
    { name: "errors", value: errors, goal: "at most", bound: 0 },
  ];
}

/** Two lines a process. Pure. */
export function renderLooks(looks: Readonly<Record<string, Looks>>): string {
  const render = ({ memory, descriptors }: Look) => `${memory.toFixed(1)} MiB, ${descriptors} descriptors`;
  return Object.entries(looks)
    .flatMap(([name, { start, half, end, rest }]) => [
      `${name}: early ${render(start)}; at half ${render(half)}`,
      `${" ".repeat(name.length)}  at the end ${render(end)}; at rest ${render(rest)}`,
    ])
    .join("\n");
}
