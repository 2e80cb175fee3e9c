import type { Client } from "./clients.ts";

/** What an authorization request asked for, once it was found valid. */
export interface AuthorizationRequest {
  readonly clientId: Client["clientId"];
  /** As sent, byte for byte (RFC 6749 4.1.3). */
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly scope: string;
  readonly state?: string;
  /** Canonical resource (RFC 8707); absent until the person has chosen one. */
  readonly resource?: string;
  readonly prompt?: string;
  /** Stands for how the client was registered at that moment: consent is for that client, not for what it became. */
  readonly clientFingerprint?: string;
}

/** An authorization request on its way through sign-in and consent, bound to one browser. */
export interface PendingAuthorization {
  readonly id: string;
  /** Absent when someone only signs in, with no client waiting. */
  readonly request?: AuthorizationRequest;
  /** Where to go after a mere sign-in: path and query of a page of ours. */
  readonly returnTo?: string;
  /** Digest of the cookie of the browser that began. */
  readonly browserDigest: string;
  /** The sign-in at an upstream provider that it waits for, begun by the person's click. */
  readonly upstreamSignIn?: UpstreamSignIn;
}

/** What a sign-in at an upstream provider is checked by when the browser is back; of no use without that browser. */
export interface UpstreamSignIn {
  /** A callback of another one is not an answer to this. */
  readonly provider: "github" | "oidc";
  /** Digest of our own state, which the browser brings back. */
  readonly stateDigest: string;
  /** PKCE verifier and nonce, encrypted under a key that only the browser's cookie and that state give. */
  readonly sealedChecks: string;
}

export interface PendingAuthorizations {
  /** Keeps, or replaces, one until `expiresAt` (seconds since the epoch). */
  keep(pending: PendingAuthorization, expiresAt: number): Promise<void>;
  find(id: string): Promise<PendingAuthorization | undefined>;
  /** Takes it: of two concurrent calls exactly one gets it. */
  take(id: string): Promise<PendingAuthorization | undefined>;
}

/** Someone who signed in. */
export interface User {
  /** `gh|<numeric id>`, `oidc|<digest of issuer and sub>` or `local|<name>`: never the renameable login. */
  readonly sub: string;
  /** To be shown. Of an OpenID provider's user no rule rests on it: anyone may have chosen it there. */
  readonly login: string;
  /** Of an OpenID provider's user only. */
  readonly openId?: OpenIdUser;
  /** What GitHub said at this sign-in; absent where no rule asks for it. */
  readonly memberships?: Memberships;
}

/** What an OpenID provider said at this sign-in that rules may rest on. */
export interface OpenIdUser {
  readonly issuer: string;
  /** Its `sub`: the only claim that is nobody else's for ever (OpenID Connect Core 5.7). */
  readonly subject: string;
  /** In lower case; only where the provider has verified it. */
  readonly email?: string;
}

/** Of the organizations and teams that rules name, those that someone belonged to. Names in lower case. */
export interface Memberships {
  readonly orgs: readonly string[];
  /** `organization/team-slug`. */
  readonly teams: readonly string[];
  /** Seconds since the epoch. */
  readonly askedAt: number;
}

/** An authorization code, kept by its digest only. Times are seconds since the epoch. */
export interface AuthorizationCode {
  readonly request: AuthorizationRequest & { readonly resource: string };
  readonly user: User;
  readonly authTime: number;
  readonly expiresAt: number;
  /** The grant that the exchange will make; chosen ahead so that a replay can revoke it. */
  readonly grantId: string;
}

export interface AuthorizationCodes {
  /** Keeps a code under the digest of its value. */
  issue(codeDigest: string, code: AuthorizationCode): Promise<void>;
  /**
   * Spends a code. Of two concurrent calls exactly one sees `fresh`; a later one sees `spent` for as long as the
   * code would have been exchangeable and 10 minutes more, so that the caller can revoke what the first one obtained
   * (RFC 6749 4.1.2).
   */
  spend(
    codeDigest: string,
  ): Promise<{ state: "fresh"; code: AuthorizationCode } | { state: "spent"; grantId: string } | { state: "unknown" }>;
}

/** A browser signed in at the authorization server, kept by the digest of its cookie. */
export interface BrowserSession {
  readonly user: User;
  readonly authTime: number;
  readonly expiresAt: number;
}

export interface BrowserSessions {
  begin(cookieDigest: string, session: BrowserSession): Promise<void>;
  find(cookieDigest: string): Promise<BrowserSession | undefined>;
  end(cookieDigest: string): Promise<void>;
}

/** What one user agreed to: this client, redirect host, resource and scopes. */
export interface ConsentTuple {
  readonly sub: string;
  readonly clientId: string;
  readonly redirectHost: string;
  readonly resource: string;
  readonly scope: string;
  /** As in the authorization request. */
  readonly clientFingerprint?: string;
}

export interface Consents {
  remember(consent: ConsentTuple, givenAt: number): Promise<void>;
  /** When exactly this tuple was agreed to, in seconds since the epoch; undefined when it never was. */
  givenAt(consent: ConsentTuple): Promise<number | undefined>;
}
