import type { FeedEvent } from "../ports/feed.ts";

/** The text that each kind of event carries beside its kind; undefined: none. */
const carried: Readonly<Record<string, string | undefined>> = {
  "grant-revoked": "grantId",
  "access-token-revoked": "jti",
  "signing-keys-changed": undefined,
};

/** Reads what stands in an entry of the stream; undefined where that is none of the events that this version knows. */
export function parseFeedEvent(text: string | undefined): FeedEvent | undefined {
  try {
    const event = JSON.parse(text ?? "") as Record<string, unknown> | null;
    const kind = event?.kind;
    if (typeof kind !== "string" || !Object.hasOwn(carried, kind)) return undefined;
    const name = carried[kind];
    return name === undefined || typeof event?.[name] === "string" ? (event as unknown as FeedEvent) : undefined;
  } catch {
    return undefined; // not JSON
  }
}
