import { type Path, type Report, refuse } from "./report.ts";

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A server's name is the first label of its host name (RFC 1035 2.3.1, RFC 1123 2.1) and the first segment of its
 * path, so it is a label in lower case that no route of the gateway's own begins with.
 * @param others the names beside it, as written
 */
export function checkServerName(
  name: string,
  at: Path,
  others: readonly string[],
  reservedNames: ReadonlySet<string>,
  report: Report,
): void {
  const twin = others.find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
  if (twin !== undefined && name !== name.toLowerCase()) {
    refuse(
      report,
      at,
      name,
      `one server a host name: ${JSON.stringify(twin)} has this one, as case makes no difference`,
    );
  } else if (!dnsLabel.test(name)) {
    refuse(report, at, name, `a name of 1 to 63 of a-z, 0-9 and -, not - at an end${suggestion(name)}`);
  } else if (reservedNames.has(name)) {
    refuse(report, at, name, `another name: /${name} is a route of the gateway itself; mcp-${name} is free`);
  }
}

function suggestion(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return label === "" ? "" : `, such as ${label}`;
}

/** The variables that switch a server off: for mcp-time, MCP_TIME_ENABLED or MCP_MCP_TIME_ENABLED. */
function switchVariables(name: string): readonly string[] {
  const short = name.replace(/^mcp-/, "");
  return [...new Set([short, name])].map((each) => `MCP_${each.toUpperCase().replaceAll("-", "_")}_ENABLED`);
}

/** Whether no variable switches the server off. A variable never adds a server. */
export function isSwitchedOn(name: string, env: NodeJS.ProcessEnv, report: Report): boolean {
  return switchVariables(name).every((variable) => {
    const value = env[variable]?.toLowerCase() ?? "";
    if (!["", "1", "0", "true", "false"].includes(value)) refuse(report, [variable], value, "true, false, 1 or 0");
    return value !== "false" && value !== "0";
  });
}
