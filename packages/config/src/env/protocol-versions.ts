/** The versions of MCP that a setting may name, oldest first, by their wire (mcp-wire.md §1.1); the proxy's own tables say what each means. */
export const protocolVersions = {
  legacy: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"],
  modern: ["2026-07-28"],
} as const;

type Wire = keyof typeof protocolVersions;
export type ProtocolVersion = (typeof protocolVersions)[Wire][number];
export type LegacyProtocolVersion = (typeof protocolVersions)["legacy"][number];

export const allProtocolVersions: readonly ProtocolVersion[] = [...protocolVersions.legacy, ...protocolVersions.modern];

/** Whether a version begins with `initialize`. */
export function isLegacyProtocolVersion(version: ProtocolVersion): version is LegacyProtocolVersion {
  return protocolVersions.legacy.some((each) => each === version);
}

/**
 * The wires that clients are shown: those that `facade` does not hide, of the versions let through; undefined when that
 * leaves none.
 * @param supported MCP_PROTOCOL_VERSIONS_SUPPORTED; undefined: all
 */
export function shownWires(
  facade: Wire | "both",
  supported: readonly ProtocolVersion[] = allProtocolVersions,
): Wire | "both" | undefined {
  const areLegacy = supported.map(isLegacyProtocolVersion);
  const legacy = facade !== "modern" && areLegacy.includes(true);
  const modern = facade !== "legacy" && areLegacy.includes(false);
  if (legacy && modern) return "both";
  if (legacy) return "legacy";
  return modern ? "modern" : undefined;
}
