import type { Client, Clock, JsonWebKeySet } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { checkClientDocument } from "../domain/client-document.ts";
import { checkKeySet } from "../domain/json-web-key-set.ts";
import { isLoopbackAddress, isPublicAddress } from "./addresses.ts";
import { resolveLocally, resolverOf } from "./dns.ts";
import type { Network } from "./fetch-json.ts";
import { FetchLimits } from "./fetch-limits.ts";
import { RemoteDocuments } from "./remote-documents.ts";

/** What clients keep at addresses of their own. */
export interface RemoteClients {
  /** Client ID metadata documents, by client id. */
  readonly documents: RemoteDocuments<Client>;
  /** JWK sets, by `jwks_uri`. */
  readonly keySets: RemoteDocuments<JsonWebKeySet>;
}

/** The internet, as far as strangers may lead us there. @param allowLoopback also to this machine, for development */
export function publicNetwork(allowLoopback: boolean): Network {
  return {
    resolve: allowLoopback ? resolveLocally : resolverOf(),
    isAllowed: (address) => isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address)),
    timeLimit: 5_000,
  };
}

export function openRemoteClients(options: { network: Network; clock: Clock; logger: Logger }): RemoteClients {
  const limits = new FetchLimits();
  return {
    documents: new RemoteDocuments({ ...options, limits, check: checkClientDocument }),
    keySets: new RemoteDocuments({ ...options, limits, check: (_url, value) => checkKeySet(value) }),
  };
}
