import { type ErrorContent, errorCodes, errorOf } from "../json-rpc/errors.ts";
import type { Notification, Params, RequestId, Response } from "../json-rpc/message.ts";
import { renderCancellation } from "../legacy/rewriting.ts";
import { honouredFilter, isSubscribed, mostResources } from "../modern/subscriptions.ts";
import { toLegacyNotification } from "./notifications.ts";
import { renderRequest } from "./requests.ts";
import { toLegacyError } from "./results.ts";
import { andThen, answered, failed, step } from "./steps.ts";
import type { Listening, Pause, Step, SubscriptionChange, Told, Translation } from "./translation.ts";

/** When the session listens again after its server ended that. */
const againLater: Pause = { milliseconds: 5_000, call: undefined };
const everyList = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true } as const;

/** The session begins to listen: to the lists that its server tells of (mcp-wire.md §4.3). Pure. */
export function beginListening(state: Translation): Step {
  const { listening, capabilities } = state;
  if (listening.current !== undefined || listening.pending !== undefined) return step(state);
  const lists = honouredFilter(everyList, capabilities);
  return listenAnew({ ...state, listening: { ...listening, lists } });
}

/** A client subscribes to a resource, or no longer. Pure. */
export function changeSubscription(state: Translation, change: SubscriptionChange): Step {
  const { listening } = state;
  if (change.isWanted && listening.resources.size + waitingIn(listening) >= mostResources) {
    const message = `A session has at most ${mostResources} subscriptions`;
    return step(state, { toClient: [failed(change, { code: errorCodes.invalidParams, message })] });
  }
  return takeQueued({ ...state, listening: { ...listening, queued: [...listening.queued, change] } });
}

/** Its client no longer waits for a change. Pure. */
export function withdrawChange(state: Translation, id: RequestId): Step {
  const { listening } = state;
  const without = (changes: readonly SubscriptionChange[]) => changes.filter((change) => change.id !== id);
  const queued = without(listening.queued);
  const { pending } = listening;
  const changes = pending && without(pending.changes);
  if (pending === undefined || changes === undefined || changes.length === pending.changes.length) {
    return step({ ...state, listening: { ...listening, queued } });
  }
  if (changes.length > 0)
    return step({ ...state, listening: { ...listening, queued, pending: { ...pending, changes } } });
  const cancelled = step(
    { ...state, listening: { ...listening, queued, pending: undefined } },
    { toServer: [renderCancellation(pending.id, "no longer wanted")] },
  );
  return andThen(cancelled, takeQueued);
}

/** Listens again, after its server had ended that. Pure. */
export function listenAgain(state: Translation): Step {
  const { current, pending } = state.listening;
  return current === undefined && pending === undefined ? listenAnew(state) : step(state);
}

/** Whether an id is of a request of the listening's own. Pure. */
export function isListening({ current, pending }: Listening, id: unknown): boolean {
  return id !== undefined && (id === current || id === pending?.id);
}

/** What is told under the id of one of them. Pure. */
export function takeTold(state: Translation, id: unknown, notification: Notification): Step {
  const { pending, current, lists, resources } = state.listening;
  const { method, params } = notification;
  if (method === "notifications/subscriptions/acknowledged") {
    return id === pending?.id ? acknowledge(state, params) : step(state);
  }
  const filter = { ...lists, resourceSubscriptions: [...resources] };
  if (id !== current || !isSubscribed(filter, method, params)) return step(state);
  return step(state, { toClient: [{ message: toLegacyNotification(notification), about: "nothing" }] });
}

/** One of them was ended by the server: with its answer, or a cancellation. Pure. */
export function takeEnd(state: Translation, id: unknown, response?: Response): Step {
  const { listening } = state;
  const { pending } = listening;
  if (id === listening.current) {
    const ended = { ...state, listening: { ...listening, current: undefined, wasEnded: true } };
    return step(ended, { pauses: [againLater] });
  }
  if (pending === undefined || id !== pending.id) return step(state);
  const error = refusalOf(response);
  const left = new Set(listening.resources);
  for (const { isWanted, uri } of pending.changes) if (!isWanted) left.delete(uri);
  const toClient = pending.changes.map((change) => (change.isWanted ? failed(change, error) : answered(change, "{}")));
  const pauses = listening.wasEnded ? [againLater] : [];
  const next = { ...listening, resources: left, pending: undefined };
  const refused = step({ ...state, listening: next }, { toClient, pauses });
  return andThen(refused, takeQueued);
}

function acknowledge(state: Translation, { notifications }: Params): Step {
  const { listening } = state;
  const changes = listening.pending?.changes ?? [];
  const { resourceSubscriptions } = (notifications ?? {}) as Params;
  const honoured = new Set(Array.isArray(resourceSubscriptions) ? resourceSubscriptions : []);
  const resources = new Set(wanted(listening.resources, changes).filter((uri) => honoured.has(uri)));
  const toClient = changes.map((change) =>
    !change.isWanted || resources.has(change.uri) ? granted(change) : refused(change),
  );
  const toServer = listening.current === undefined ? [] : [renderCancellation(listening.current, "replaced")];
  const next = { ...listening, resources, current: listening.pending?.id, wasEnded: false, pending: undefined };
  return andThen(step({ ...state, listening: next }, { toClient, toServer }), takeQueued);
}

const granted = (change: SubscriptionChange): Told => answered(change, "{}");

function refused(change: SubscriptionChange): Told {
  const message = `The MCP server does not tell of ${change.uri}`;
  return failed(change, { code: errorCodes.invalidParams, message });
}

function takeQueued(state: Translation): Step {
  const { pending, queued } = state.listening;
  return pending === undefined && queued.length > 0 ? listenAnew(state) : step(state);
}

/** Opens the next one beside the one there is: nothing is missed in between. */
function listenAnew(state: Translation): Step {
  const { listening, envelope, lastId } = state;
  const changes = listening.queued;
  const uris = wanted(listening.resources, changes);
  const filter = { ...listening.lists, ...(uris.length === 0 ? {} : { resourceSubscriptions: uris }) };
  if (Object.keys(filter).length === 0) return listenToNothing(state);
  const id = `listen-${lastId + 1}`;
  const params = JSON.stringify({ notifications: filter, _meta: envelope });
  return step(
    { ...state, lastId: lastId + 1, listening: { ...listening, pending: { id, changes }, queued: [] } },
    { toServer: [renderRequest(JSON.stringify(id), "subscriptions/listen", params)] },
  );
}

function listenToNothing(state: Translation): Step {
  const { listening } = state;
  const toServer = listening.current === undefined ? [] : [renderCancellation(listening.current, "no longer wanted")];
  const nothing = { ...listening, resources: new Set<string>(), current: undefined, queued: [] };
  return step({ ...state, listening: nothing }, { toServer, toClient: listening.queued.map(granted) });
}

function wanted(resources: ReadonlySet<string>, changes: readonly SubscriptionChange[]): readonly string[] {
  const uris = new Set(resources);
  for (const { isWanted, uri } of changes) {
    if (isWanted) uris.add(uri);
    else uris.delete(uri);
  }
  return [...uris];
}

function waitingIn({ pending, queued }: Listening): number {
  return (pending?.changes.length ?? 0) + queued.length;
}

function refusalOf(response: Response | undefined): ErrorContent {
  if (response === undefined || response.result !== undefined) {
    return { code: errorCodes.internalError, message: "The MCP server ended its notifications" };
  }
  return toLegacyError(response) ?? errorOf(response);
}
