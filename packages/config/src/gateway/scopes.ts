import type { ScopeDefinition } from "./gateway-config.ts";
import { type Path, type Report, refuse } from "./report.ts";
import type { ServerEntry } from "./schema/server-entry.ts";

type ScopesEntry = NonNullable<NonNullable<ServerEntry["gateway"]>["scopes"]>;

/** The scopes of a server by name; what does not fit together goes into the report. */
export function toScopes(
  { gateway }: ServerEntry,
  at: Path,
  report: Report,
): Readonly<Record<string, ScopeDefinition>> | undefined {
  const scopes = gateway?.scopes;
  if (scopes === undefined) return undefined;
  for (const name of Object.keys(scopes)) checkScope(name, scopes, [...at, "gateway", "scopes", name], report);
  return scopes;
}

function checkScope(name: string, scopes: ScopesEntry, at: Path, report: Report): void {
  const { tools, methods, implies } = scopes[name] ?? {};
  if (tools === undefined && methods === undefined && implies === undefined) {
    refuse(report, at, undefined, "tools or methods that need it, or scopes that it implies");
  }
  for (const [index, implied] of (implies ?? []).entries()) {
    const problem = problemOf(name, implied, scopes);
    if (problem !== undefined) refuse(report, [...at, "implies", index], implied, problem);
  }
}

function problemOf(name: string, implied: string, scopes: ScopesEntry): string | undefined {
  if (!Object.hasOwn(scopes, implied))
    return `another scope of this server, which are ${Object.keys(scopes).join(", ")}`;
  return leadsTo(implied, name, scopes) ? `a scope that does not itself lead back to ${name}` : undefined;
}

/** Whether one scope is, or brings along, another. */
function leadsTo(from: string, to: string, scopes: ScopesEntry): boolean {
  const reached = new Set([from]);
  for (const scope of reached) for (const next of scopes[scope]?.implies ?? []) reached.add(next);
  return reached.has(to);
}
