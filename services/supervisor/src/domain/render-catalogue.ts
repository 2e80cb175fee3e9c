import type { KnownServer } from "@gateway/registry";

/** The servers that are known by name, one line each, with what they need. */
export function renderCatalogue(catalogue: readonly KnownServer[]): string[] {
  const width = Math.max(...catalogue.map(({ name }) => name.length));
  return catalogue.map(({ name, about, needs }) => {
    const needed = needs === undefined ? "" : ` (needs ${needs})`;
    return `${name.padEnd(width)}  ${about}${needed}`;
  });
}
