/** The stateless protocol versions that are served, newest first. */
export const modernVersions = ["2026-07-28"] as const;

export type ModernVersion = (typeof modernVersions)[number];

export function isServedModernVersion(version: unknown): version is ModernVersion {
  return modernVersions.some((each) => each === version);
}
