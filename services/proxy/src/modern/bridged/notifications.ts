import { type Notification, progressToken } from "@gateway/protocol";
import type { Calls } from "../../child/calls.ts";
import { relayLog, relayProgress } from "../relaying.ts";
import { type BridgedCall, callsOfClients } from "./call.ts";
import type { Lease } from "./lease.ts";
import type { UserListeners } from "./listens.ts";

type ClientCalls = Calls<BridgedCall | undefined>;

export interface NotificationPorts {
  readonly listeners: UserListeners;
  /** Called when the list of tools of the child is another one now. */
  readonly onToolsChanged: () => void;
}

/** Hands what a legacy child tells to those whom it concerns (mcp-wire.md §4.2). */
export function takeNotification(
  notification: Notification,
  calls: ClientCalls,
  lease: Lease,
  { listeners, onToolsChanged }: NotificationPorts,
): void {
  const { method } = notification;
  if (method === "notifications/progress") relayProgress(notification, calls, callOfToken(notification, calls));
  else if (method === "notifications/message") relayLog(notification, callsOfClients(calls));
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
