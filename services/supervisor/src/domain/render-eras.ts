/** Which protocol versions a server speaks on stdio, as its proxy tells it; null: nobody has needed to know yet. */
export type Era = "legacy" | "modern" | "both" | "unserved" | null;

const meanings: Readonly<Record<string, string>> = {
  legacy: "MCP up to 2025-11-25",
  modern: "MCP from 2026-07-28",
  both: "MCP up to 2025-11-25 and from 2026-07-28",
  unserved: "versions of MCP that are not served here",
};

/** What servers speak, for a person; nothing where it is not known. */
export function renderEras(eras: Readonly<Record<string, Era>>): string[] {
  const lines = Object.entries(meanings).flatMap(([era, meaning]) => {
    const servers = Object.entries(eras).flatMap(([server, found]) => (found === era ? [server] : []));
    return servers.length === 0 ? [] : [`Spoken by ${servers.join(", ")}: ${meaning} (${era}).`];
  });
  return lines.length === 0 ? [] : ["", ...lines];
}
