import type { ResourceServers } from "@gateway/registry";
import type { Parameters } from "./parameters.ts";
import { checkRequestedResource, type ResourceRefusal } from "./requested-resource.ts";
import type { Resource } from "./resource.ts";
import { accept, type Result, refuse } from "./result.ts";
import { grantableScope, hasUnknownScope, supportedScope } from "./scope.ts";

/** What a client wants to be let do, and where. */
export interface RequestedAccess {
  /** Scopes between blanks; without a `resource` what they come to at the server that the person chooses is known then. */
  readonly scope: string;
  /** Absent: the person chooses. */
  readonly resource?: string;
}

/** Why access that is asked for cannot be had. */
export type AccessRefusal = ResourceRefusal | "resource_missing" | "unknown_scope";

/** Each refusal in the words of the wire (RFC 6749 4.1.2.1, RFC 8707 2). */
export const accessErrors = {
  resource_missing: ["invalid_target", "resource is required: the URL of one MCP server"],
  several_resources: ["invalid_target", "one token is for one resource"],
  unknown_resource: ["invalid_target", "resource is not an MCP server of this gateway"],
  unknown_scope: ["invalid_scope", "scope names one that no MCP server of this gateway has"],
} as const satisfies Readonly<Record<AccessRefusal, readonly [code: string, description: string]>>;

/**
 * For which server and with which scope a request asks (RFC 8707 2, RFC 6749 3.3, RFC 8628 3.1). Without a `resource` the
 * only server is meant; of several, the person will choose one, unless `strictResource` is set. Scopes that no server has
 * are ignored, unless `strictScope` is set.
 */
export function checkRequestedAccess(
  { get, resources }: Parameters,
  servers: ResourceServers,
): Result<RequestedAccess, AccessRefusal> {
  const requested = checkRequestedResource(servers, resources);
  if (!requested.ok) return requested;
  if (requested.value === undefined && servers.strictResource) return refuse("resource_missing");
  const scope = get("scope");
  if (servers.strictScope && hasUnknownScope(scope, servers.servers)) return refuse("unknown_scope");
  const meant = requested.value ?? onlyResource(servers);
  if (meant === undefined) return accept({ scope: supportedScope(scope, servers.servers) });
  return accept({ scope: grantableScope(scope, meant.server), resource: meant.resource });
}

function onlyResource({ servers: [server, second] }: ResourceServers): Resource | undefined {
  return server === undefined || second !== undefined ? undefined : { server, resource: server.identifiers[0] };
}
