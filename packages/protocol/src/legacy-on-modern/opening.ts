import { isObject } from "../json/object.ts";
import type { Params } from "../json-rpc/message.ts";
import type { VersionChoice } from "../legacy/initialize.ts";
import { isLegacyVersion, type LegacyVersion } from "../legacy/versions.ts";
import { sharedCapabilities } from "../modern/capabilities.ts";
import { metaKeys, parseEnvelope } from "../modern/envelope.ts";
import { modernVersions } from "../modern/versions.ts";

/**
 * The version that a legacy client gets: the one it asked for, unless that is not served or newer than the preferred
 * one (mcp-wire.md §4.3). Pure.
 */
export function answeredVersion(requested: unknown, { supported, preferred }: VersionChoice): LegacyVersion {
  const isServed = isLegacyVersion(requested) && supported.includes(requested) && requested <= preferred;
  return isServed ? requested : preferred;
}

/**
 * What every request to a modern child says of a legacy client, from what it said in `initialize`. What is malformed
 * is left out: it would make every request one that is refused. Pure.
 */
export function envelopeOf({ capabilities, clientInfo }: Params): Params {
  const declared = isObject(capabilities) ? sharedCapabilities(onlyObjects(capabilities)) : {};
  const envelope = { [metaKeys.protocolVersion]: modernVersions[0], [metaKeys.clientCapabilities]: declared };
  const named = { ...envelope, [metaKeys.clientInfo]: clientInfo };
  return "version" in parseEnvelope({ _meta: named }) ? named : envelope;
}

/** The InitializeResult that says what a DiscoverResult does. Pure. @param name of the server, where it has none itself */
export function legacyInitializeResult(discovered: Params, protocolVersion: LegacyVersion, name: string): Params {
  const { capabilities, instructions, _meta } = discovered;
  const { [metaKeys.serverInfo]: named } = (_meta ?? {}) as Params;
  const serverInfo = isObject(named) ? named : { name, version: "unknown" };
  return {
    protocolVersion,
    capabilities: sharedCapabilities(isObject(capabilities) ? capabilities : {}),
    serverInfo,
    ...(typeof instructions === "string" ? { instructions } : {}),
  };
}

function onlyObjects(capabilities: Params): Params {
  return Object.fromEntries(Object.entries(capabilities).filter(([, value]) => isObject(value)));
}
