import { setTimeout as delay } from "node:timers/promises";
import type { ProxyContender } from "./contenders.ts";
import { type BenchCase, figureOf, interleaved, peerValues, reportFigures } from "./report.ts";
import { best, ratio } from "./targets.ts";

const rounds = 15;
/** A pool refills in the background: what is measured is a child that waits, one that takes 500 ms to start too. */
const refillTime = 1_500;

/** From nothing to a session, the child's own answer to the client's parameters included. */
export const benchInitialize: BenchCase = async (contenders) => {
  const opening = await interleaved(contenders, rounds, measureOpening);
  const fastest = best("smallest", peerValues(opening));
  return [
    reportFigures("A session opened, ms (median; – is not answered by a server of its own)", opening, [
      {
        name: "initialize with a warm child, best peer ÷ ours",
        value: ratio(fastest, figureOf(opening, "warm")),
        goal: "at least",
        bound: 5,
      },
      {
        name: "initialize without one, ours ÷ best peer",
        value: ratio(figureOf(opening, "ours"), fastest),
        goal: "at most",
        bound: 1,
      },
      {
        name: "initialize with a warm child of a server that takes 500 ms to start, ms",
        value: figureOf(opening, "slow, warm"),
        goal: "at most",
        bound: 20,
      },
    ]),
  ];
};

/** Undefined where another answer than the server's own to this client came: one server is shared by all, then. */
async function measureOpening(contender: ProxyContender): Promise<number | undefined> {
  if (contender.role === "warm" || contender.role === "slow, warm") await delay(refillTime);
  const start = performance.now();
  await using conversation = await contender.open();
  return conversation.isServersOwn ? performance.now() - start : undefined;
}
