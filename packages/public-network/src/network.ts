import type { LookupAddress } from "node:dns";
import { isLoopbackAddress, isPublicAddress } from "./addresses.ts";
import { resolveLocally, resolverOf } from "./dns.ts";

/** How we reach hosts that strangers name. */
export interface Network {
  /** All addresses of a name, as `dns.lookup` gives them. */
  resolve(host: string): Promise<readonly LookupAddress[]>;
  /** Whether one may be connected to. */
  isAllowed(address: string): boolean;
  /** A port and a certificate authority of a test's own. */
  readonly port?: number;
  readonly ca?: string;
  /** Milliseconds for everything: name, connection, TLS, answer. */
  readonly timeLimit: number;
}

/**
 * The internet, as far as strangers may lead us there.
 * @param allowLoopback also to this machine, for development
 * @param timeLimit milliseconds
 */
export function publicNetwork({ allowLoopback = false, timeLimit = 5_000 } = {}): Network {
  return {
    resolve: allowLoopback ? resolveLocally : resolverOf(),
    isAllowed: (address) => isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address)),
    timeLimit,
  };
}
