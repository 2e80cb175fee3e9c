import { checkKeySet } from "@gateway/config/auth";
import type { Network } from "@gateway/public-network";
import type { Client, Clock, JsonWebKeySet } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { checkClientDocument } from "../domain/client-document.ts";
import { knownClientDocument } from "../domain/known-client-documents.ts";
import { checkLogo, type Logo } from "../domain/logo.ts";
import { rateLimit } from "../rate-limit.ts";
import { fetchJson } from "./fetch-json.ts";
import { FetchLimits } from "./fetch-limits.ts";
import { fetchLogo } from "./fetch-logo.ts";
import { RemoteDocuments } from "./remote-documents.ts";

/** What clients keep at addresses of their own. */
export interface RemoteClients {
  /** Client ID metadata documents, by client id. */
  readonly documents: RemoteDocuments<Client>;
  /** JWK sets, by `jwks_uri`. */
  readonly keySets: RemoteDocuments<JsonWebKeySet>;
  /** Logos, by `logo_uri`. */
  readonly logos: RemoteDocuments<Logo, Buffer>;
  /** Counts a description that somebody at this address has us look for. @throws too_many_requests */
  readonly countSearch: (address: string) => Promise<void>;
}

/** Descriptions a minute that one address may have us look for: of the fetches in all, nobody shall use up everybody's. */
const searchesPerMinute = 30;
/** What all addresses may do together, so many times. */
const searchesFactor = 10;

/** Small texts, and of the larger logos fewer: 4 MiB at most. */
const capacity = 1_000;
const logoCapacity = 64;

interface RemoteClientsOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Schemes of redirect URIs that the operator added. */
  readonly redirectSchemes?: readonly string[] | undefined;
}

/** Opens them with nothing fetched yet; all share one bound of fetches. */
export function openRemoteClients({ redirectSchemes, ...options }: RemoteClientsOptions): RemoteClients {
  const json = { ...options, limits: new FetchLimits(), fetch: fetchJson, capacity };
  const images = { ...json, fetch: fetchLogo, capacity: logoCapacity };
  return {
    documents: new RemoteDocuments({
      ...json,
      check: (url, value) => checkClientDocument(url, value, redirectSchemes),
      known: knownClient,
    }),
    keySets: new RemoteDocuments({ ...json, check: (_url, value) => checkKeySet(value) }),
    logos: new RemoteDocuments({ ...images, check: (_url, value) => checkLogo(value) }),
    countSearch: rateLimit("unknown applications", searchesPerMinute, searchesFactor),
  };
}

function knownClient(clientId: string): Client | undefined {
  const checked = checkClientDocument(clientId, knownClientDocument(clientId));
  return checked.ok ? checked.value : undefined;
}
