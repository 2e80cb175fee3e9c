import type { Membership } from "../engine.ts";
import { indexName, recordKey } from "../keys.ts";
import type { DeviceApproval, DeviceCodeDigests, DeviceCodes, DevicePoll } from "../ports/device.ts";
import { drop, type Found, put, type Records, type Settlement, unchanged } from "../records.ts";
import { afterPoll, checkDevicePoll, type DeviceRecord, type WaitingDevice } from "./device-poll.ts";

/** Seconds for which an authorization is remembered beyond its life, so that the device is told that it expired. */
const expiryMemory = 600;

/** Device authorizations, under the digests of their device and user codes. */
export function deviceCodes(records: Records): DeviceCodes {
  return {
    issue: ({ deviceCode, userCode }, authorization) =>
      records.settle(async () => {
        const found = await records.read<DeviceCodeDigests["deviceCode"]>(recordKey("userCode", userCode));
        if (found.value !== undefined) return { outcome: false };
        const { expiresAt } = authorization;
        const record: WaitingDevice = { authorization };
        const write = [
          put(found.key, deviceCode, expiresAt),
          put(recordKey("deviceCode", deviceCode), record, expiresAt + expiryMemory),
        ];
        return { outcome: true, change: { expect: [unchanged(found)], write } };
      }),

    findWaiting: async (userCode) => (await readWaiting(records, userCode))?.value.authorization,

    decide: (userCode, decision) =>
      records.settle(async () => {
        const device = await readWaiting(records, userCode);
        if (device === undefined) return { outcome: false };
        const { expiresAt } = device.value.authorization;
        const write = [
          put(device.key, { ...device.value, decision }, expiresAt + expiryMemory),
          drop(recordKey("userCode", userCode)),
        ];
        const join = decision === "denied" ? [] : [membershipOf(device, decision, expiresAt)];
        return { outcome: true, change: { expect: [unchanged(device)], write, join } };
      }),

    poll: (deviceCode, clientId) => records.settle(() => polling(records, deviceCode, clientId)),
  };
}

type FoundWaiting = Found<WaitingDevice> & { readonly value: WaitingDevice };

async function readWaiting(records: Records, userCode: string): Promise<FoundWaiting | undefined> {
  const { value: deviceCode } = await records.read<string>(recordKey("userCode", userCode));
  if (deviceCode === undefined) return undefined;
  const found = await records.read<DeviceRecord>(recordKey("deviceCode", deviceCode));
  const { value } = found;
  if (value === undefined || "spentFor" in value || value.decision !== undefined) return undefined;
  return value.authorization.expiresAt > records.now() ? { ...found, value } : undefined;
}

// In the user's index also once used up: whoever ends all of a user's grants ends the one in the making too.
function membershipOf({ key }: FoundWaiting, { user }: DeviceApproval, expiresAt: number): Membership {
  return { index: indexName("user", user.sub), member: key, expiresAt: expiresAt + expiryMemory };
}

async function polling(records: Records, deviceCode: string, clientId: string): Promise<Settlement<DevicePoll>> {
  const found = await records.read<DeviceRecord>(recordKey("deviceCode", deviceCode));
  const outcome = checkDevicePoll(found.value, clientId, records.now());
  const isOver = outcome.state === "unknown" || outcome.state === "expired";
  if (isOver || found.value === undefined || "spentFor" in found.value) return { outcome };
  const { authorization } = found.value;
  const kept: DeviceRecord =
    outcome.state === "approved" || outcome.state === "denied"
      ? { spentFor: authorization.grantId }
      : afterPoll(found.value, outcome, records.now());
  const write = [put(found.key, kept, authorization.expiresAt + expiryMemory)];
  return { outcome, change: { expect: [unchanged(found)], write } };
}
