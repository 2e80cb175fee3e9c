import type { Outcome } from "../child/calls.ts";
import { checkServed } from "../era/check-served.ts";
import type { ServerEra } from "../era/server-era.ts";
import { type EraVerdict, isModernAlone, unservedVersions } from "../era/verdict.ts";
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
 * @throws {Refusal} when it speaks only versions that are not served here, and what `begin` throws
 */
export async function inItsWire(
  era: ServerEra,
  idText: string,
  begin: (wire: ChildWire) => Promise<Begun>,
): Promise<Begun> {
  if (!isModernAlone(await era.recall())) {
    const begun = await begin("legacy");
    if (isGranted(begun)) return begun;
    const found = await foundAfter(begun, era);
    if (!isModernAlone(found) && unservedVersions(found) === undefined) return begun;
    begun.session.end("refused");
    checkServed(found, idText);
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
