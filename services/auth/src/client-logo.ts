import type { Client } from "@gateway/store";
import { withinDeadline } from "./deadline.ts";
import { isDocumentUrl } from "./domain/document-url.ts";
import type { Logo } from "./domain/logo.ts";
import { findDocumentClient } from "./find-client.ts";
import type { Ports } from "./ports.ts";
import { seal, unseal } from "./sealing.ts";

type LogoPorts = Pick<Ports, "resourceServers" | "remoteClients" | "derivedKeys">;

/** Milliseconds that a page waits for a logo; one that comes later is there on the next page. */
const patience = 1_000;

/** Begins to fetch a client's logo, so that the page that shows it need not wait. */
export function prefetchLogo(ports: LogoPorts, client: Client): void {
  const url = logoUrlOf(ports, client);
  if (url !== undefined) void ports.remoteClients.logos.find(url);
}

/**
 * Where a page of ours finds the client's logo: on our own origin, so that the person's browser never asks the client's.
 * The path holds the client's id, encrypted: any replica can read it, and nobody else make one. Undefined where there is
 * no logo, or none in time.
 */
export async function logoPathOf(ports: LogoPorts, client: Client): Promise<string | undefined> {
  const url = logoUrlOf(ports, client);
  if (url === undefined) return undefined;
  const found = ports.remoteClients.logos.find(url);
  const logo = await withinDeadline(found, patience).catch(() => undefined);
  return logo && `/assets/logos/${seal(ports.derivedKeys.logos, client.clientId)}`;
}

/** The logo that such a path stands for; undefined for a path that we did not make. */
export async function findLogoAt(ports: LogoPorts, sealed: string): Promise<Logo | undefined> {
  const clientId = openPath(ports, sealed);
  const client = clientId === undefined ? undefined : await findDocumentClient(ports, clientId);
  const url = client && logoUrlOf(ports, client);
  return url === undefined ? undefined : await ports.remoteClients.logos.find(url);
}

// Only of clients that describe themselves at their own URL: who registers here can write anything for nothing.
function logoUrlOf({ resourceServers: { cimd = {} } }: LogoPorts, client: Client): string | undefined {
  const { clientId, display } = client;
  if (cimd === false || cimd.logos === false || !isDocumentUrl(clientId, { allowLoopback: true })) return undefined;
  const { logo_uri: url } = display;
  const isFit = typeof url === "string" && isDocumentUrl(url, { allowLoopback: cimd.loopback ?? false });
  return isFit ? url : undefined;
}

function openPath({ derivedKeys }: LogoPorts, sealed: string): string | undefined {
  try {
    return unseal(derivedKeys.logos, sealed);
  } catch {
    return undefined; // not one that we made
  }
}
