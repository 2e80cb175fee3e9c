import { renderCancellation } from "@gateway/protocol";
import type { AccessToken } from "../identity/identify.ts";
import type { Conversation } from "./conversation.ts";

/** The access tokens with which calls are running and streams being read. */
export function tokensInUse({ calls, streams }: Conversation): readonly AccessToken[] {
  return [...calls.all().flatMap(({ detail }) => detail.exchange?.token ?? []), ...streams.tokensInUse()];
}

/** Ends the calls that were made with a token: the child is told to stop, and the answer reaches nobody. */
export function revokeCalls({ calls, send }: Conversation, jti: string): void {
  for (const { id, detail } of calls.all()) {
    if (detail.exchange?.token?.jti !== jti) continue;
    send(renderCancellation(id, "access revoked"));
    calls.revoke(id);
  }
}
