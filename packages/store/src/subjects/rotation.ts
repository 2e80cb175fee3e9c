import type { Grant, Rotation } from "../ports/grants.ts";
import type { RefreshRecord } from "./grant-records.ts";

/** What is known of a presented refresh token; undefined what is not there or has expired. */
export interface Presented {
  readonly refresh: RefreshRecord | undefined;
  readonly grant: Grant | undefined;
  /** The generation handed out when it was used first. */
  readonly successor: RefreshRecord | undefined;
}

/**
 * What presenting a refresh token comes to (oauth-wire 6.3). Pure.
 * @param grace seconds from the first use in which a repeat gets the same successor
 */
export function checkRotation(
  { refresh, grant, successor }: Presented,
  { clientId, grace }: { readonly clientId: string; readonly grace: number },
  now: number,
): Rotation {
  if (refresh === undefined || grant === undefined) return { state: "unknown" };
  if (grant.clientId !== clientId) return { state: "another-client" };
  if (refresh.used === undefined) return { state: "rotated", grant };
  // Two processes of one client that share a file present one token twice: no fork, both get the same successor.
  const stillTheNewest = successor !== undefined && successor.used === undefined;
  if (stillTheNewest && now - refresh.used.at <= grace) {
    return { state: "repeated", grant, sealedSuccessor: refresh.used.sealedSuccessor };
  }
  return { state: "reused", grantId: grant.grantId };
}
