import type { Contender, Load } from "../slice.ts";
import { forwardedFor } from "./our-verify.ts";
import type { Stage } from "./stage.ts";
import { throughTraefik } from "./traefik.ts";

/** Contenders under one kind of load; ours first. */
export interface Case {
  readonly title: string;
  readonly contenders: readonly Contender[];
  readonly load: Omit<Load, "seconds">;
}

/** More than auth remembers: in turns, each is forgotten before it comes again. */
const coldTokens = 12_000;

/** What `bench verify` measures, by the name it is asked for. */
export const cases: Readonly<Record<string, (stage: Stage) => Case | Promise<Case>>> = {
  "16": (stage) => ({ title: "16 connections", contenders: all(stage), load: { connections: 16 } }),
  "64": (stage) => ({ title: "64 connections", contenders: all(stage), load: { connections: 64 } }),
  new: (stage) => ({
    title: "a new connection for every request, 16 at once",
    contenders: all(stage),
    load: { connections: 16, reconnects: true },
  }),
  traefik: async (stage) => ({
    title: "through Traefik, 16 connections (CPU: of the contender, not of Traefik)",
    contenders: await throughTraefik(stage),
    load: { connections: 16 },
  }),
  cold: (stage) => {
    const nextAuthorization = inTurn(Array.from({ length: coldTokens }, stage.ours.newToken));
    const cold = (contender: Contender) => ({ ...contender, nextAuthorization });
    return {
      title: "a token never seen before, 16 connections",
      contenders: [cold(stage.ours.contender), cold(stage.express), badSignature(stage)],
      load: { connections: 16 },
    };
  },
  refused: (stage) => ({
    title: "refusals against a remembered token, 16 connections",
    contenders: [stage.ours.contender, wrongAudience(stage), noToken(stage)],
    load: { connections: 16 },
  }),
};

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
