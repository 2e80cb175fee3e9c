/** What differs between the versions of the legacy wire (mcp-wire.md §1.1). */
export interface VersionFeatures {
  /** Array bodies are accepted. */
  readonly batches: boolean;
  /** Streams begin with an event without data; older clients try to parse it, and fail (SEP-1699). */
  readonly priming: boolean;
  /** Contents may be audio. */
  readonly audio: boolean;
  /** Contents may be links to resources. */
  readonly resourceLinks: boolean;
  /** What is sampled may be a list of contents; forms have titled and several choices, and say that they are forms. */
  readonly richCallbacks: boolean;
}

/** Oldest first. 2024-11-05 is only negotiated: over Streamable HTTP it had no batches to lose. */
export const legacyVersions = {
  "2024-11-05": { batches: false, priming: false, audio: false, resourceLinks: false, richCallbacks: false },
  "2025-03-26": { batches: true, priming: false, audio: true, resourceLinks: false, richCallbacks: false },
  "2025-06-18": { batches: false, priming: false, audio: true, resourceLinks: true, richCallbacks: false },
  "2025-11-25": { batches: false, priming: true, audio: true, resourceLinks: true, richCallbacks: true },
} as const satisfies Record<string, VersionFeatures>;

/** A version of MCP that begins with `initialize`. */
export type LegacyVersion = keyof typeof legacyVersions;

/** Whether it is one of them that is served here. */
export function isLegacyVersion(version: unknown): version is LegacyVersion {
  return typeof version === "string" && Object.hasOwn(legacyVersions, version);
}
