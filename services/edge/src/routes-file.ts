import { readFileSync } from "node:fs";
import { ConfigError } from "@gateway/config";
import type { RoutingTable } from "@gateway/registry";

/**
 * Reads the routing table, which is rendered from gateway.json at each start.
 * @throws ConfigError when the file cannot be read or holds no routing table
 */
export function readRoutesFile(path: string): RoutingTable {
  const table = parseJson(read(path)) as Partial<RoutingTable> | null | undefined;
  if (Array.isArray(table?.routes) && table.services && table.verifyUrl) return table as RoutingTable;
  throw new ConfigError(path, [
    { at: "the file", found: "no routing table", allowed: "the file as it is rendered from gateway.json" },
  ]);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const found = `${path} (${(error as NodeJS.ErrnoException).code})`;
    throw new ConfigError("environment", [{ at: "ROUTES_FILE", found, allowed: "a readable file" }]);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused above like any other content
  }
}
