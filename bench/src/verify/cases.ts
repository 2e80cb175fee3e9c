import type { Row } from "../compare.ts";
import type { Contender, Load } from "../slice.ts";
import type { Bound, Figure } from "../target.ts";
import { forwardedFor } from "./our-verify.ts";
import type { Stage } from "./stage.ts";
import { throughTraefik } from "./traefik.ts";

/** Contenders under one kind of load; ours first. */
export interface Case {
  readonly title: string;
  readonly contenders: readonly Contender[];
  readonly load: Omit<Load, "seconds">;
  readonly targets: readonly Target[];
}

/** What ours was promised to be of another's, or of our own under another request. */
interface Target {
  readonly what: string;
  /** Which contender, by its place. */
  readonly against: number;
  readonly ratio: "rateRatio" | "cpuRatio";
  readonly bound: Bound;
}

/** The promises of a case, beside what the rows say. */
export function figuresOf(targets: readonly Target[], rows: readonly Row[]): readonly Figure[] {
  return targets.map(({ what, against, ratio, bound }) => ({ what, value: rows[against]?.[ratio], bound }));
}

const openConnectionTargets: readonly Target[] = [
  { what: "CPU ÷ (a)", against: 1, ratio: "cpuRatio", bound: { atMost: 1.6 } },
  { what: "requests/s ÷ (a)", against: 1, ratio: "rateRatio", bound: { atLeast: 0.75 } },
  { what: "CPU ÷ (b)", against: 2, ratio: "cpuRatio", bound: { atMost: 0.25 } },
  { what: "requests/s ÷ (b)", against: 2, ratio: "rateRatio", bound: { atLeast: 4 } },
];

/** More than auth remembers: in turns, each is forgotten before it comes again. */
const coldTokens = 12_000;

/** What `bench verify` measures, by the name it is asked for. */
export const cases: Readonly<Record<string, (stage: Stage) => Case | Promise<Case>>> = {
  "16": (stage) => open(stage, 16),
  "64": (stage) => open(stage, 64),
  new: (stage) => ({
    title: "a new connection for every request, 16 at once",
    contenders: all(stage),
    load: { connections: 16, reconnects: true },
    targets: [
      { what: "CPU ÷ (a)", against: 1, ratio: "cpuRatio", bound: { atMost: 1.6 } },
      { what: "requests/s ÷ (a)", against: 1, ratio: "rateRatio", bound: { atLeast: 0.85 } },
    ],
  }),
  traefik: async (stage) => ({
    title: "through Traefik, 16 connections (CPU: of the contender, not of Traefik)",
    contenders: await throughTraefik(stage),
    load: { connections: 16 },
    targets: [{ what: "requests/s ÷ (a)", against: 1, ratio: "rateRatio", bound: { atLeast: 0.95 } }],
  }),
  cold: (stage) => {
    const nextAuthorization = inTurn(Array.from({ length: coldTokens }, stage.ours.newToken));
    const cold = (contender: Contender) => ({ ...contender, nextAuthorization });
    return {
      title: "a token never seen before, 16 connections",
      contenders: [cold(stage.ours.contender), cold(stage.express), badSignature(stage)],
      load: { connections: 16 },
      targets: [
        { what: "requests/s ÷ (b)", against: 1, ratio: "rateRatio", bound: { atLeast: 1.5 } },
        { what: "CPU ÷ that of a bad signature", against: 2, ratio: "cpuRatio", bound: { atLeast: 1 } },
      ],
    };
  },
  refused: (stage) => ({
    title: "refusals against a remembered token, 16 connections",
    contenders: [stage.ours.contender, wrongAudience(stage), noToken(stage)],
    load: { connections: 16 },
    targets: [
      { what: "CPU ÷ that of a wrong audience", against: 1, ratio: "cpuRatio", bound: { atLeast: 1 } },
      { what: "CPU ÷ that of no token", against: 2, ratio: "cpuRatio", bound: { atLeast: 1 } },
    ],
  }),
};

function open(stage: Stage, connections: number): Case {
  const title = `${connections} connections`;
  return { title, contenders: all(stage), load: { connections }, targets: openConnectionTargets };
}

function all({ ours, bare, express }: Stage): readonly Contender[] {
  return [ours.contender, bare, express];
}

function badSignature({ ours }: Stage): Contender {
  const [head, signature = ""] = splitAtSignature(ours.newToken());
  const other = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
  const headers = { ...ours.contender.headers, authorization: `Bearer ${head}.${other}` };
  return { ...ours.contender, name: "ours, a bad signature", headers, status: 401 };
}

function wrongAudience({ ours }: Stage): Contender {
  const headers = { ...ours.contender.headers, ...forwardedFor(ours.otherResource) };
  return { ...ours.contender, name: "ours, a token of another server", headers, status: 401 };
}

function noToken({ ours }: Stage): Contender {
  const { authorization: _, ...headers } = ours.contender.headers;
  return { ...ours.contender, name: "ours, no token", headers, status: 401 };
}

function splitAtSignature(token: string): [head: string, signature: string] {
  const dot = token.lastIndexOf(".");
  return [token.slice(0, dot), token.slice(dot + 1)];
}

function inTurn(tokens: readonly string[]): () => string {
  let next = 0;
  return () => `Bearer ${tokens[next++ % tokens.length]}`;
}
