import type { ServerDefinition } from "./gateway-config.ts";
import { type Path, type Report, refuse } from "./report.ts";

/**
 * No host leads to two servers, and none to the gateway itself. A server's name stays its own also where it has another host: it
 * is in its path.
 * @param at where the servers stand
 * @param env for BASE_DOMAIN: a name below it has one spelling, so that the same host is always found to be the same
 */
export function checkHosts(
  servers: readonly ServerDefinition[],
  at: Path,
  { BASE_DOMAIN: baseDomain }: NodeJS.ProcessEnv,
  report: Report,
): void {
  const owners = new Map(servers.map(({ name }) => [name, name]));
  for (const { name, host, aliases = [] } of servers) {
    const seen = new Set(host === undefined ? [name] : []);
    const given: [Path, string][] = [
      ...(host === undefined ? [] : ([[["host"], host]] satisfies [Path, string][])),
      ...aliases.map((alias, index): [Path, string] => [["aliases", index], alias]),
    ];
    for (const [key, value] of given) {
      const allowed = reasonAgainst(value, baseDomain) ?? takenBy(value, name, owners, seen);
      if (allowed !== undefined) refuse(report, [...at, name, "gateway", ...key], value, allowed);
      seen.add(value);
      if (!owners.has(value)) owners.set(value, name);
    }
  }
}

function takenBy(
  value: string,
  name: string,
  owners: ReadonlyMap<string, string>,
  seen: ReadonlySet<string>,
): string | undefined {
  const owner = owners.get(value) ?? name;
  if (owner !== name) return `one server a host: ${owner} has this one`;
  return seen.has(value) ? "each host once: the server has this one already" : undefined;
}

function reasonAgainst(value: string, baseDomain: string | undefined): string | undefined {
  if (value === "auth" || value === baseDomain) return "another host: the gateway itself answers on this one";
  for (const own of [baseDomain, "localhost"]) {
    const label = own && value.endsWith(`.${own}`) ? value.slice(0, -own.length - 1) : ".";
    if (!label.includes(".")) return `the label alone: ${label}`;
  }
  return undefined;
}
