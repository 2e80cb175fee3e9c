import { initializeParams, isLegacyVersion, legacyVersions, type Params } from "@gateway/protocol";
import { startRefusal } from "../../child/failures.ts";
import { Refusal } from "../../http/refusal.ts";
import type { ChildLife } from "../serving-child.ts";

/** What a legacy child is told in the handshake, in its clients' place. */
export interface Introduction {
  /** The version to ask for. */
  readonly protocolVersion: string;
  /** Of the clients that share this child. */
  readonly capabilities: Params;
  readonly clientInfo: Params;
}

/**
 * Opens a legacy child (2025-11-25, lifecycle).
 * @returns what it said of itself
 * @throws {Refusal} with that id when it does not answer, refuses, or answers in a version that is none of that wire
 */
export async function shakeHands(
  life: Pick<ChildLife<unknown>, "ask" | "child">,
  { protocolVersion, capabilities, clientInfo }: Introduction,
  idText: string,
): Promise<Params> {
  const outcome = await life.ask("initialize", initializeParams(protocolVersion, capabilities, clientInfo));
  if (outcome.kind !== "answered") throw startRefusal(outcome, idText);
  const { result } = outcome.response;
  if (result === undefined) throw new Refusal("server_not_ready", { idText });
  if (!isLegacyVersion(result.protocolVersion))
    throw new Refusal("server_version", { idText, data: { supported: Object.keys(legacyVersions) } });
  life.child.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  return result;
}
