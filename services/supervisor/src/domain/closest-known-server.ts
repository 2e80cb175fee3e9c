import { findClosest } from "@gateway/config";
import { catalogue } from "@gateway/registry";

/** The name in the catalogue that someone may have meant, who wrote one without `mcp-`, or mistyped it. */
export function closestKnownServer(name: string): string | undefined {
  const byAlias = catalogue.find(({ aliases }) => aliases.includes(name.toLowerCase()));
  const names = catalogue.map((known) => known.name);
  return byAlias?.name ?? findClosest(name, names);
}
