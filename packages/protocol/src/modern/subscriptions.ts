import type { Params } from "../json-rpc/message.ts";
import { hasExtension } from "./capabilities.ts";
import type { ModernRefusal } from "./checks.ts";
import { modernErrorCodes } from "./errors.ts";
import { tasksExtension } from "./methods.ts";

/** What a client wants to be told of (mcp-wire.md §2.6). */
export interface SubscriptionFilter {
  readonly toolsListChanged?: true;
  readonly promptsListChanged?: true;
  readonly resourcesListChanged?: true;
  readonly resourceSubscriptions?: readonly string[];
}

/** The notifications that tell of a list, by the filter's member that asks for them. */
export const listNotifications = {
  toolsListChanged: "notifications/tools/list_changed",
  promptsListChanged: "notifications/prompts/list_changed",
  resourcesListChanged: "notifications/resources/list_changed",
} as const;

/** Resources that one stream may be about, and the characters of their URIs together. */
export const mostResources = 100;
const mostText = 65_536;

/** Reads `params.notifications`; undefined when it is missing, malformed, or asks for too much. Pure. */
export function parseSubscriptionFilter({ notifications }: Params): SubscriptionFilter | undefined {
  if (typeof notifications !== "object" || notifications === null || Array.isArray(notifications)) return undefined;
  const { toolsListChanged, promptsListChanged, resourcesListChanged, resourceSubscriptions } = notifications as Params;
  const flags = { toolsListChanged, promptsListChanged, resourcesListChanged };
  if (Object.values(flags).some((flag) => flag !== undefined && typeof flag !== "boolean")) return undefined;
  const wanted = Object.fromEntries(Object.entries(flags).filter(([, flag]) => flag === true));
  if (resourceSubscriptions === undefined) return wanted;
  const uris = Array.isArray(resourceSubscriptions) ? resourceSubscriptions : [undefined];
  if (uris.length > mostResources || uris.some((uri) => typeof uri !== "string")) return undefined;
  if (uris.join("").length > mostText) return undefined;
  return { ...wanted, resourceSubscriptions: [...new Set(uris as string[])] };
}

/** Why a subscription cannot be opened: it is to tasks, and its client did not say that it knows them. Pure. */
export function checkTaskSubscription({ notifications }: Params, capabilities: Params): ModernRefusal | undefined {
  const { taskIds } = (notifications ?? {}) as Params;
  if (taskIds === undefined || hasExtension(capabilities, tasksExtension)) return undefined;
  const data = { requiredCapabilities: { extensions: { [tasksExtension]: {} } } };
  const message = "Only clients that declare the tasks extension can be told of tasks";
  return { status: 400, error: { code: modernErrorCodes.missingClientCapability, message, data } };
}

/** What of a filter a server with these capabilities can honour. Pure. */
export function honouredFilter(filter: SubscriptionFilter, capabilities: Params): SubscriptionFilter {
  const { tools, prompts, resources } = capabilities as Readonly<Record<string, Params | undefined>>;
  const { toolsListChanged, promptsListChanged, resourcesListChanged, resourceSubscriptions } = filter;
  return {
    ...(toolsListChanged && tools?.listChanged === true ? { toolsListChanged } : {}),
    ...(promptsListChanged && prompts?.listChanged === true ? { promptsListChanged } : {}),
    ...(resourcesListChanged && resources?.listChanged === true ? { resourcesListChanged } : {}),
    ...(resourceSubscriptions && resources?.subscribe === true ? { resourceSubscriptions } : {}),
  };
}

/** Whether a notification is one that was asked for. Pure. */
export function isSubscribed(filter: SubscriptionFilter, method: string, params: Params): boolean {
  if (method === "notifications/resources/updated") {
    // What is told of may be a part of what was subscribed to (schema, resources/updated).
    const { uri } = params;
    return typeof uri === "string" && filter.resourceSubscriptions?.some((each) => uri.startsWith(each)) === true;
  }
  const [member] = Object.entries(listNotifications).find(([, name]) => name === method) ?? [];
  return member !== undefined && filter[member as keyof typeof listNotifications] === true;
}
