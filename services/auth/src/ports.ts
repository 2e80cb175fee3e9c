import type { KeyObject } from "node:crypto";
import type { RotatedKeys, RotationKind } from "@gateway/operator-api";
import type { ResourceServers } from "@gateway/registry";
import type { Clock, Store } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import type { AuthConfig } from "./config.ts";
import type { Metrics } from "./metrics.ts";
import type { RemoteClients } from "./remote/open-remote-clients.ts";

/** Everything auth's endpoints reach the world through. Tests give their own. */
export interface Ports {
  readonly config: AuthConfig;
  readonly store: Store;
  readonly resourceServers: ResourceServers;
  readonly remoteClients: RemoteClients;
  readonly keys: SigningKeys;
  /** Signs X-Gateway-Assertion, and nothing else. */
  readonly assertionKey: SigningKey;
  /** Keys derived from GATEWAY_JWT_SECRET (HKDF-SHA256, one label each), 32 bytes. */
  readonly derivedKeys: { readonly csrf: Buffer; readonly logos: Buffer };
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A key that signs access tokens and assertions. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly algorithm: "RS256" | "ES256";
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface SigningKeys {
  /** The one that signs now. Throws StoreUnavailable while it is not known, as `jwks` does. */
  current(): SigningKey;
  /** Any that is still trusted; undefined for an unknown `kid`. */
  find(kid: string): SigningKey | undefined;
  /** Public JWKs of all that are trusted or about to be (RFC 7517). */
  jwks(): readonly Record<string, unknown>[];
  /**
   * To be awaited before a token of this `kid` is checked: another replica may have made the key, or ended it.
   * Undefined: there is nothing to wait for. Rejects with StoreUnavailable when that cannot be known.
   */
  catchUp(kid: string): Promise<void> | undefined;
}

/** Keys that can be changed while auth runs. */
export interface RotatingKeys extends SigningKeys {
  rotate(kind: RotationKind): Promise<RotatedKeys>;
}
