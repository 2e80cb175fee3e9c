import type { DeviceApproval, DeviceAuthorization, DevicePoll } from "../ports/device.ts";

/** A device authorization as kept: until it is used up, then only what the end of its user must bar. */
export type DeviceRecord = WaitingDevice | { readonly spentFor: string };

export interface WaitingDevice {
  readonly authorization: DeviceAuthorization;
  readonly polledAt?: number;
  readonly decision?: DeviceApproval | "denied";
}

/** Seconds added to the interval of a device that polls too fast, for good (RFC 8628 3.5). */
const slowDown = 5;
/** Seconds by which a poll may come early: the device counts from when it had the answer, over a network that varies. */
const tolerance = 1;

/** What a poll comes to (RFC 8628 3.5). Pure. `now`: seconds since the epoch. */
export function checkDevicePoll(record: DeviceRecord | undefined, clientId: string, now: number): DevicePoll {
  if (record === undefined || "spentFor" in record) return { state: "unknown" };
  const { authorization, polledAt, decision } = record;
  if (authorization.clientId !== clientId) return { state: "unknown" };
  if (authorization.expiresAt <= now) return { state: "expired" };
  if (polledAt !== undefined && now - polledAt < authorization.interval - tolerance) return { state: "too-fast" };
  if (decision === undefined) return { state: "pending" };
  if (decision === "denied") return { state: "denied" };
  return { state: "approved", authorization, approval: decision };
}

/** What is kept of a poll that did not end it. */
export function afterPoll(record: WaitingDevice, outcome: DevicePoll, now: number): WaitingDevice {
  const { authorization } = record;
  const interval = authorization.interval + (outcome.state === "too-fast" ? slowDown : 0);
  return { ...record, authorization: { ...authorization, interval }, polledAt: now };
}
