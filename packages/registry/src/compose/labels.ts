import type { Section } from "../traefik/dynamic.ts";

/**
 * A part of Traefik's dynamic configuration as Docker labels: the path to each value, and the value; a list between commas.
 * @throws when an item of a list has a comma in it: it would become two
 */
export function renderLabels(section: Section, prefix = "traefik"): Record<string, string> {
  return Object.fromEntries(
    Object.entries(section).flatMap(([name, value]) => {
      const path = `${prefix}.${name}`;
      return isSection(value) ? Object.entries(renderLabels(value, path)) : [[path, renderValue(path, value)]];
    }),
  );
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function renderValue(path: string, value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  if (value.some((item) => String(item).includes(","))) throw new Error(`${path}: a comma cannot stand in a list`);
  return value.join(",");
}
