import { modernVersions } from "@gateway/protocol";
import { Refusal } from "../http/refusal.ts";
import { type EraVerdict, unservedVersions } from "./verdict.ts";

/** Refuses a server that speaks none of the versions that are served here: asking it again is of no use. @throws {Refusal} */
export function checkServed(verdict: EraVerdict | undefined, idText: string): void {
  const supported = unservedVersions(verdict);
  if (supported === undefined) return;
  throw new Refusal("server_unserved", { idText, data: { supported, served: modernVersions } });
}
