import { type Notification, progressToken } from "@gateway/protocol";
import type { Calls } from "../../child/calls.ts";
import { onlyAuthor, relayLog, relayProgress } from "../relaying.ts";
import { type BridgedCall, callsOfClients, idOf } from "./call.ts";
import type { Lease } from "./lease.ts";
import type { UserListeners } from "./listens.ts";

type ClientCalls = Calls<BridgedCall | undefined>;

export interface NotificationPorts {
  /** One call at a time may call back. */
  readonly isInteractive: boolean;
  /** It serves all users. */
  readonly isShared: boolean;
  readonly listeners: UserListeners;
  /** Called when the list of tools of the child is another one now. */
  readonly onToolsChanged: () => void;
}

/** Hands what a legacy child tells to those whom it concerns (mcp-wire.md §4.2). */
export function takeNotification(
  notification: Notification,
  calls: ClientCalls,
  lease: Lease,
  ports: NotificationPorts,
): void {
  const { listeners, onToolsChanged } = ports;
  const { method } = notification;
  if (method === "notifications/progress") relayProgress(notification, calls, callOfToken(notification, calls));
  else if (method === "notifications/message") relayLog(notification, authorOf(calls, lease, ports));
  else if (method === "notifications/cancelled") lease.withdraw(notification);
  else {
    if (method === "notifications/tools/list_changed") onToolsChanged();
    listeners.tell(notification);
  }
}

/** A task keeps the token of the call that began it. */
function callOfToken(notification: Notification, calls: ClientCalls) {
  const token = progressToken(notification);
  return calls.find(token) ?? calls.all().find(({ detail }) => detail?.task?.token === token);
}

/**
 * The call that a child logs something of. Where others have a part in it that is never known; where one may call back, it is
 * that one: it runs alone but for lists, and its client alone is told (mcp-wire.md §4.2).
 */
function authorOf(calls: ClientCalls, { call }: Lease, { isInteractive, isShared }: NotificationPorts) {
  if (isShared) return undefined;
  if (!isInteractive) return onlyAuthor(callsOfClients(calls), calls);
  return call !== undefined && idOf(calls, call) !== undefined ? call : undefined;
}
