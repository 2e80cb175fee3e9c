import { setTimeout as delay } from "node:timers/promises";
import type { ProxyContender } from "./contenders.ts";
import { childrenOf, memoryOf } from "./process.ts";
import { type BenchCase, figureOf, reportFigures } from "./report.ts";
import { ratio } from "./targets.ts";

const openSessions = 50;
const cycles = 500;
/** V8 gives room back in a pause, which has to last some seconds; it is waited for this long. */
const pauseSeconds = 30;
const bound = 1.1;
/** Looks at whether children have ended, and the time between two. */
const looks = 100;
const lookPause = 100;

/** What the contenders' own processes hold: before anything, with 50 sessions, and ours after 500 that came and went. */
export const benchMemory: BenchCase = async (contenders) => {
  const measured = contenders.filter(({ role }) => role === "ours" || role === "peer");
  const idle = measured.map((contender) => ({ contender, value: resident(contender) }));
  const busy: { contender: ProxyContender; value: number | undefined }[] = [];
  for (const contender of measured) busy.push({ contender, value: await withSessions(contender) });
  const [ours] = measured;
  const left = ours && (await afterCycles(ours));
  return [
    reportFigures("Memory of the proxy itself at rest, MiB", idle, [
      { name: "memory at rest, MiB", value: figureOf(idle, "ours"), goal: "at most", bound: 70 },
    ]),
    reportFigures(`Memory with ${openSessions} sessions, MiB`, busy, [
      { name: `memory with ${openSessions} sessions, MiB`, value: figureOf(busy, "ours"), goal: "at most", bound: 85 },
    ]),
    {
      title: `After ${cycles} sessions that came and went`,
      value: left,
      text: `After ${cycles} sessions that came and went: ${JSON.stringify(left)}`,
      targets: [
        {
          name: `memory back within ${pauseSeconds} s after ${cycles} sessions ÷ before`,
          value: ratio(left?.back, left?.before),
          goal: "at most",
          bound,
        },
        { name: "children left", value: left?.children, goal: "at most", bound: 0 },
      ],
    },
  ];
};

function resident({ program }: ProxyContender): number | undefined {
  return program === undefined ? undefined : memoryOf(program.pid, "VmRSS");
}

async function withSessions(contender: ProxyContender): Promise<number | undefined> {
  const conversations = [];
  for (let opened = 0; opened < openSessions; opened += 1) conversations.push(await contender.open());
  const value = resident(contender);
  await Promise.all(conversations.map((each) => each[Symbol.asyncDispose]()));
  return value;
}

/** The first ones grow what stays: `before` is after fifty of them. */
async function afterCycles(contender: ProxyContender) {
  const comeAndGo = async (times: number) => {
    for (let time = 0; time < times; time += 1) await (await contender.open())[Symbol.asyncDispose]();
    await untilChildless(contender);
  };
  await comeAndGo(openSessions);
  const before = resident(contender);
  await comeAndGo(cycles);
  const after = resident(contender);
  const { pid } = contender.program ?? {};
  return { before, after, ...(await inPause(contender, before)), children: pid && childrenOf(pid, "echo-server") };
}

/** What it holds as soon as that is within the bound, or at the end of the pause, and the seconds until then. */
async function inPause(contender: ProxyContender, before = 0) {
  let seconds = 0;
  while (seconds < pauseSeconds && (resident(contender) ?? 0) > before * bound) {
    await delay(1_000); // nothing tells when another process gives memory back
    seconds += 1;
  }
  return { back: resident(contender), seconds };
}

async function untilChildless({ program }: ProxyContender): Promise<void> {
  for (let look = 0; look < looks && program && childrenOf(program.pid, "echo-server") > 0; look += 1) {
    await delay(lookPause); // nothing tells when another process's child ends
  }
}
