import type { User } from "./authorization.ts";

/** What a device asked for (RFC 8628 3.1). Times are seconds since the epoch. */
export interface DeviceAuthorization {
  readonly clientId: string;
  /** As asked for; what it comes to at the resource is in the approval. */
  readonly scope: string;
  /** Canonical resource (RFC 8707); absent until the person has chosen one. */
  readonly resource?: string;
  readonly expiresAt: number;
  /** Seconds that the device must wait between two polls; it may grow. */
  readonly interval: number;
  /** The grant that an approval will make; chosen ahead, so that it can be barred. */
  readonly grantId: string;
}

/** Who said yes, and to what. */
export interface DeviceApproval {
  readonly user: User;
  readonly authTime: number;
  readonly resource: string;
  /** What was agreed to at that resource. */
  readonly scope: string;
}

/** The outcome of one poll (RFC 8628 3.5). */
export type DevicePoll =
  | { readonly state: "pending" }
  /** Too early: from now on the interval is 5 s longer. */
  | { readonly state: "too-fast" }
  | { readonly state: "denied" }
  | { readonly state: "expired" }
  | { readonly state: "approved"; readonly authorization: DeviceAuthorization; readonly approval: DeviceApproval }
  /** Unknown, used up, or another client's. */
  | { readonly state: "unknown" };

/** Device authorizations, by the digests of their two codes. */
export interface DeviceCodes {
  /** Keeps one; false, and nothing kept, when its user code is in use. */
  issue(codes: DeviceCodeDigests, authorization: DeviceAuthorization): Promise<boolean>;
  /** The one that a person means by a user code, while it waits for a decision. */
  findWaiting(userCodeDigest: string): Promise<DeviceAuthorization | undefined>;
  /** Keeps the person's decision. False when there is nothing to decide any more: of two decisions the first counts. */
  decide(userCodeDigest: string, decision: DeviceApproval | "denied"): Promise<boolean>;
  /**
   * A device asks how it stands. Of two concurrent polls exactly one sees `approved`. An expired one is known as
   * expired for 10 minutes.
   */
  poll(deviceCodeDigest: string, clientId: string): Promise<DevicePoll>;
}

export interface DeviceCodeDigests {
  readonly deviceCode: string;
  readonly userCode: string;
}
