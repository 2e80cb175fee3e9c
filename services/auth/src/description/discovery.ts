import { findDocument, isHostOf, publicHostsOf } from "../domain/public-hosts.ts";
import { type Described, fixed, type Group, type Operation, object, oneOf, type Schema, text } from "./operation.ts";

const jsonObject = { type: "object", additionalProperties: true } as const;
const listOfTexts = { type: "array", items: { type: "string" } } as const;

/** Public documents: what clients and resource servers read first. */
export function discovery(described: Described): Group {
  return {
    title: "Discovery",
    about:
      "Public documents, readable from any origin and kept for five minutes. The metadata stands on each MCP server's own host too.",
    operations: [
      ...serverMetadata("/.well-known/oauth-authorization-server", "RFC 8414 3", described),
      ...serverMetadata("/.well-known/openid-configuration", "OpenID Connect Discovery 4", described),
      ...resourceMetadata(described),
      ...["/jwks", "/.well-known/jwks.json"].map(keys),
      {
        ...document("/openapi.json", "This description as an OpenAPI document", "OpenAPI 3.1", jsonObject),
        errors: ["too_many_requests"],
      },
    ],
  };
}

function document(path: string, summary: string, rule: string, schema: Schema): Operation {
  const answer = { status: 200, description: "The document.", mediaType: "application/json", schema } as const;
  return { method: "get", path, summary, rule, caller: "anyone", answers: [answer], errors: [] };
}

function serverMetadata(path: string, rule: string, described: Described): Operation[] {
  const known = object({ issuer: fixed(described.config.issuer) }, ["issuer"]);
  const schema = { ...known, additionalProperties: true };
  const own = document(path, "Authorization server metadata", rule, schema);
  return [own, ...ofServers({ ...own, summary: "The same, for clients that look beside an MCP server" }, described)];
}

function resourceMetadata(described: Described): Operation[] {
  const { config, resourceServers } = described;
  const schema = object(
    {
      resource: text("The URL of the MCP server.", { format: "uri" }),
      authorization_servers: { ...listOfTexts, const: [config.issuer] },
      scopes_supported: listOfTexts,
      bearer_methods_supported: listOfTexts,
      resource_name: text("What people call it."),
    },
    ["resource", "authorization_servers"],
  );
  const path = "/.well-known/oauth-protected-resource";
  const operation = document(path, "Protected resource metadata of an MCP server", "RFC 9728 3", schema);
  // Where several servers share the host, no document speaks for all (oauth-wire 1).
  const isAlone = findDocument(publicHostsOf(resourceServers), new URL(config.issuer).host, "") !== undefined;
  return [...(isAlone ? [operation] : []), ...ofServers(operation, described)];
}

/** The same at each MCP server that shares the issuer's host, if any does. */
function ofServers(operation: Operation, { config, resourceServers }: Described): Operation[] {
  const urls = resourceServers.servers.flatMap(({ identifiers }) => identifiers.map((url) => new URL(url)));
  const names = urls
    .filter(({ host }) => isHostOf(config.issuer, host))
    .flatMap(({ pathname }) => /^\/([^/]+)\/mcp$/.exec(pathname)?.[1] ?? []);
  if (names.length === 0) return [];
  const server = oneOf(names, "The MCP server's name, as in its URL.");
  return [{ ...operation, path: `${operation.path}/{server}/mcp`, pathParameters: { server }, errors: ["not_found"] }];
}

function keys(path: string): Operation {
  const schema = object({ keys: { type: "array", items: jsonObject } }, ["keys"]);
  return {
    ...document(path, "Public keys that tokens are signed with", "RFC 7517 5", schema),
    errors: ["temporarily_unavailable"],
  };
}
