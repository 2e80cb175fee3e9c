import type { Params, Response } from "../json-rpc/message.ts";
import { metaKeys } from "./envelope.ts";
import { modernErrorCodes } from "./errors.ts";
import { isServedModernVersion, type ModernVersion, modernVersions } from "./versions.ts";

/** The parameters of a `server/discover` of the proxy's own: it can do nothing for a server. Pure. */
export function discoverParams(clientInfo: Params, version: ModernVersion = modernVersions[0]): Params {
  return {
    _meta: {
      [metaKeys.protocolVersion]: version,
      [metaKeys.clientCapabilities]: {},
      [metaKeys.clientInfo]: clientInfo,
    },
  };
}

/** What a DiscoverResult says of a server, in the form of an InitializeResult. Pure. */
export function initializeResultOf({ capabilities, instructions, _meta }: Params): Params {
  const serverInfo = (_meta as Params | undefined)?.[metaKeys.serverInfo];
  return {
    protocolVersion: modernVersions[0],
    capabilities,
    ...(serverInfo === undefined ? {} : { serverInfo }),
    ...(instructions === undefined ? {} : { instructions }),
  };
}

/** What a server's answer to `server/discover` says of it (mcp-wire.md §2.8). `unusable`: it is modern, of other versions. */
export type Discovery =
  | { readonly kind: "modern"; readonly result: Params }
  | { readonly kind: "ask_again"; readonly version: ModernVersion }
  | { readonly kind: "unusable"; readonly supported: readonly string[] }
  | { readonly kind: "not_modern" };

/** Reads the answer. A server is modern only where it says so: any other error is one to a method it does not know. Pure. */
export function readDiscovery(response: Response): Discovery {
  const { result } = response;
  if (result !== undefined) {
    const { supportedVersions } = result;
    const isServed = Array.isArray(supportedVersions) && supportedVersions.some(isServedModernVersion);
    return isServed ? { kind: "modern", result } : { kind: "not_modern" };
  }
  const { error } = JSON.parse(response.text) as {
    readonly error?: { readonly code?: unknown; readonly data?: Params };
  };
  if (error?.code !== modernErrorCodes.unsupportedVersion) return { kind: "not_modern" };
  const { supported } = error.data ?? {};
  const versions = Array.isArray(supported) ? supported.filter((each) => typeof each === "string") : [];
  const version = versions.find(isServedModernVersion);
  if (version !== undefined) return { kind: "ask_again", version };
  const modern = versions.filter((each) => each > "2026-01-01");
  return modern.length > 0 ? { kind: "unusable", supported: modern } : { kind: "not_modern" };
}
