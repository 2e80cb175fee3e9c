import type { ServerDefinition } from "@gateway/config";
import { noServers, oneLine } from "./render-table.ts";

/** A declared server without what may be secret: no environment, no headers. */
export interface DeclaredServer {
  readonly name: string;
  readonly kind: ServerDefinition["kind"];
  readonly enabled: boolean;
  readonly endpoint: string;
  readonly command?: readonly string[];
  readonly url?: string;
}

/** What may be shown of a server. @param endpoint that its clients are given */
export function declaredServer(server: ServerDefinition, endpoint: string): DeclaredServer {
  const command = server.kind === "stdio" ? server.command : server.run?.command;
  return {
    name: server.name,
    kind: server.kind,
    enabled: server.enabled,
    endpoint,
    ...(command ? { command } : {}),
    ...(server.kind === "http" ? { url: server.url } : {}),
  };
}

/** The declared servers, one line each. */
export function renderList(servers: readonly DeclaredServer[]): string[] {
  if (servers.length === 0) return [...noServers];
  const width = Math.max(...servers.map(({ name }) => name.length));
  return servers.map((server) => {
    const what = server.command ? server.command.map(quoted).join(" ") : (server.url ?? "");
    return `${server.name.padEnd(width)}  ${server.enabled ? "" : "(off) "}${what}`;
  });
}

/** An argument as one would type it, so that blanks and empty ones can be seen. */
function quoted(argument: string): string {
  const text = oneLine(argument);
  return /^[\w@%+=:,./${}-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
