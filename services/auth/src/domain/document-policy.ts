import { isHostListed } from "@gateway/public-network";
import type { ResourceServers } from "@gateway/registry";
import { isDocumentUrl } from "./document-url.ts";

/** How a client that is described at its own URL is received: as any other, with a warning to the person, or not at all. */
export type Reception = "accepted" | "warned" | "refused";

/**
 * How the operator receives a client by the host of its id (oauth-wire 4.2.8). `deny` wins over all, `allow` over
 * `warn`; what neither names is accepted only where there is no `allow`.
 * @param clientId whatever a client called itself
 */
export function receptionOf({ cimd = {} }: Pick<ResourceServers, "cimd">, clientId: string): Reception {
  if (cimd === false || !isDocumentUrl(clientId, { allowLoopback: cimd.loopback ?? false })) return "refused";
  const { hostname } = new URL(clientId);
  const isOn = (patterns: readonly string[] = []) => isHostListed(patterns, hostname);
  if (isOn(cimd.deny)) return "refused";
  if (isOn(cimd.allow)) return "accepted";
  if (isOn(cimd.warn)) return "warned";
  return cimd.allow === undefined ? "accepted" : "refused";
}
