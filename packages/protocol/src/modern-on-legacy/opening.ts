import { renderMembers } from "../json/members.ts";
import type { Params } from "../json-rpc/message.ts";
import { addCaching, type CachingContext } from "../modern/caching.ts";
import { sharedCapabilities } from "../modern/capabilities.ts";
import type { Envelope } from "../modern/envelope.ts";
import { metaKeys } from "../modern/envelope.ts";
import { modernVersions } from "../modern/versions.ts";

/** The `initialize` parameters with which a legacy child is opened for a modern client (mcp-wire.md §4.2). Pure. */
export function initializeParams(
  protocolVersion: string,
  capabilities: Params,
  clientInfo: NonNullable<Envelope["clientInfo"]>,
): Params {
  return { protocolVersion, capabilities: sharedCapabilities(capabilities), clientInfo };
}

/** What a modern client may be told that a legacy server can do. Pure. */
export function modernCapabilities(initialized: Params): Params {
  return sharedCapabilities((initialized.capabilities ?? {}) as Params);
}

/** The answer to `server/discover`, from what a legacy server answered to `initialize`. Pure. */
export function renderDiscoverResult(idText: string, initialized: Params, caching: CachingContext = {}): string {
  const { instructions, serverInfo } = initialized;
  const result = {
    resultType: "complete",
    supportedVersions: modernVersions,
    capabilities: modernCapabilities(initialized),
    ...(typeof instructions === "string" ? { instructions } : {}),
    ...(serverInfo === undefined ? {} : { _meta: { [metaKeys.serverInfo]: serverInfo } }),
  };
  const members = new Map(Object.entries(result).map(([name, value]) => [name, JSON.stringify(value)]));
  addCaching(members, caching);
  return `{"jsonrpc":"2.0","id":${idText},"result":${renderMembers(members)}}`;
}
