import type { ResourceServers } from "@gateway/registry";
import { isBareOrigin, type Resource, resolveResource } from "./resource.ts";
import { accept, type Result, refuse } from "./result.ts";

/** Why a `resource` is an `invalid_target` (RFC 8707 2). */
export type ResourceRefusal = "several_resources" | "unknown_resource";

/**
 * Which server a request names (oauth-wire 0.2, 5).
 * @param requested every `resource` of the request; different spellings of one endpoint are one
 * @returns undefined as the value when it names none, or only the origin that several servers share
 */
export function checkRequestedResource(
  servers: ResourceServers,
  requested: readonly string[],
): Result<Resource | undefined, ResourceRefusal> {
  const named = requested.filter((resource) => !isBareOrigin(servers, resource) || resolveResource(servers, resource));
  const [first, ...others] = named.map((resource) => resolveResource(servers, resource));
  if (named.length === 0) return accept(undefined);
  if (first === undefined || others.includes(undefined)) return refuse("unknown_resource");
  return others.some((other) => other?.resource !== first.resource) ? refuse("several_resources") : accept(first);
}
