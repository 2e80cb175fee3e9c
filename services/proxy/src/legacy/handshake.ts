import type { Outcome } from "../child/calls.ts";
import type { ServerEra } from "../era/server-era.ts";
import { type EraVerdict, isModernAlone } from "../era/verdict.ts";
import type { Session } from "./session.ts";

/** The wire in which a session's child is talked to. */
export type ChildWire = "legacy" | "modern";

/** A session, and what its child answered to `initialize`. */
export interface Begun {
  readonly session: Session;
  readonly outcome: Outcome;
}

/**
 * Begins a session in the wire that its server speaks. Nobody asks a server about that which answers the handshake;
 * one that does not may be of the other wire alone (mcp-wire.md §2.8).
 * @param begin starts a child and hands it `initialize`
 */
export async function inItsWire(era: ServerEra, begin: (wire: ChildWire) => Promise<Begun>): Promise<Begun> {
  if (!isModernAlone(await era.recall())) {
    const begun = await begin("legacy");
    if (isGranted(begun) || !isModernAlone(await foundAfter(begun, era))) return begun;
    begun.session.end("refused");
  }
  const begun = await begin("modern");
  if (!isGranted(begun)) era.doubt();
  return begun;
}

/** A silent server would be silent again: its client is not kept waiting for that. */
async function foundAfter({ outcome }: Begun, era: ServerEra): Promise<EraVerdict | undefined> {
  era.doubt();
  const found = era.find();
  return outcome.kind === "timeout" ? undefined : found;
}

function isGranted({ outcome }: Begun): boolean {
  return outcome.kind === "answered" && outcome.response.result !== undefined;
}
