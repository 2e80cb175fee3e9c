import type { ResourceServers } from "@gateway/registry";
import type { DeviceAuthorization } from "@gateway/store";
import { onlyResource } from "./authorization-request.ts";
import type { Parameters } from "./parameters.ts";
import { checkRequestedResource } from "./requested-resource.ts";
import { accept, type Result, refuse } from "./result.ts";
import { grantableScope, hasUnknownScope, supportedScope } from "./scope.ts";

/** The grant type of RFC 8628 3.4. */
export const deviceCodeGrantType = "urn:ietf:params:oauth:grant-type:device_code";

/** Why a device authorization request fails. */
export type DeviceRefusal = "resource_missing" | "several_resources" | "unknown_resource" | "unknown_scope";

/** What a device asks for (RFC 8628 3.1, RFC 8707 2); without a `resource` the only server, or the person's choice. */
export function checkDeviceRequest(
  { get, resources }: Parameters,
  servers: ResourceServers,
): Result<Pick<DeviceAuthorization, "scope" | "resource">, DeviceRefusal> {
  const requested = checkRequestedResource(servers, resources);
  if (!requested.ok) return requested;
  if (requested.value === undefined && servers.strictResource) return refuse("resource_missing");
  if (servers.strictScope && hasUnknownScope(get("scope"), servers.servers)) return refuse("unknown_scope");
  const meant = requested.value ?? onlyResource(servers);
  if (meant === undefined) return accept({ scope: supportedScope(get("scope"), servers.servers) });
  return accept({ scope: grantableScope(get("scope"), meant.server), resource: meant.resource });
}
