/** The stateless protocol versions that are served, newest first. */
export const modernVersions = ["2026-07-28"] as const;

/** The first protocol version without sessions. Versions are dates: they compare as strings. */
const firstModernVersion = "2026-07-28";

export type ModernVersion = (typeof modernVersions)[number];

export function isServedModernVersion(version: unknown): version is ModernVersion {
  return modernVersions.some((each) => each === version);
}

/** Whether a version is of the stateless wire, served or not. */
export function isModernVersion(version: string | undefined): boolean {
  return version !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= firstModernVersion;
}
