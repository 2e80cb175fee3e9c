import { isLoud, type Notification, progressToken, renderWithProgressToken } from "@gateway/protocol";
import type { Call, Calls } from "../child/calls.ts";
import type { Asked } from "./asked.ts";
import type { Exchange } from "./exchange.ts";

/** What a child works on for a client, and the response that waits for it. */
interface Relayed {
  readonly asked: Pick<Asked, "progressToken" | "envelope">;
  readonly exchange: Exchange | undefined;
}

/** Hands progress on, under its client's own token where it wants to know: a retry may want it no more. @param call what it is of, where the token is not that of a call */
export function relayProgress<Detail extends Relayed>(
  notification: Notification,
  calls: Calls<Detail | undefined>,
  call: Call<Detail | undefined> | undefined = calls.find(progressToken(notification)),
): void {
  if (call?.detail === undefined) return;
  calls.renew(call.id);
  const token = call.detail.asked.progressToken;
  if (token !== undefined) call.detail.exchange?.relay(renderWithProgressToken(notification, token));
}

/** Hands a log message on, where it is as loud as its client wants. @param author what it is of; undefined: nobody knows */
export function relayLog(notification: Notification, author: Relayed | undefined): void {
  const wanted = author?.asked.envelope.logLevel;
  if (wanted === undefined || !isLoud(notification.params.level, wanted)) return;
  author?.exchange?.relay(notification.text);
}

/**
 * What a child of one user logs something of: a log message names no request, so it is known where one alone is at work,
 * and none that was given up may be (mcp-wire.md §4.1).
 * @param atWork those of `calls` that clients made
 */
export function onlyAuthor<Detail extends Relayed>(
  [only, ...others]: readonly Call<Detail | undefined>[],
  calls: Calls<Detail | undefined>,
): Detail | undefined {
  return others.length > 0 || calls.areSomeLeft ? undefined : only?.detail;
}
