import { isLoud, type Notification, progressToken, renderWithProgressToken } from "@gateway/protocol";
import type { Call, Calls } from "../child/calls.ts";
import type { Asked } from "./asked.ts";
import type { Exchange } from "./exchange.ts";

/** What a child works on for a client, and the response that waits for it. */
interface Relayed {
  readonly asked: Pick<Asked, "progressToken" | "envelope">;
  readonly exchange: Exchange | undefined;
}

/** Hands progress on, under its client's own token. @param call what it is of, where the token is not that of a call */
export function relayProgress<Detail extends Relayed>(
  notification: Notification,
  calls: Calls<Detail | undefined>,
  call: Call<Detail | undefined> | undefined = calls.find(progressToken(notification)),
): void {
  const token = call?.detail?.asked.progressToken;
  if (call === undefined || token === undefined) return;
  calls.renew(call.id);
  call.detail?.exchange?.relay(renderWithProgressToken(notification, token));
}

/**
 * Hands a log message on, where it is as loud as its client wants. It names no request: with several at work it cannot be
 * known whose it is, and it goes to nobody.
 */
export function relayLog(notification: Notification, [only, ...others]: readonly Call<Relayed | undefined>[]): void {
  const wanted = only?.detail?.asked.envelope.logLevel;
  if (others.length > 0 || wanted === undefined || !isLoud(notification.params.level, wanted)) return;
  only?.detail?.exchange?.relay(notification.text);
}
