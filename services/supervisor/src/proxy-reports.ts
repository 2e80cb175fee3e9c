import type { Era } from "./domain/render-eras.ts";
import type { Enforcement } from "./domain/render-limits.ts";
import type { SessionRow } from "./domain/render-sessions.ts";
import type { OperatorCall } from "./operator-socket.ts";

/** What proxies tell their operator, by the names of their servers. */
export interface ProxyReports {
  readonly sessions: Readonly<Record<string, readonly SessionRow[]>>;
  /** Who holds processes to their limits. */
  readonly limits: Readonly<Record<string, Enforcement>>;
  /** Which protocol versions they speak. */
  readonly eras: Readonly<Record<string, Era>>;
}

/** Asks the proxy of each server; one that does not run, or has none, is left out. */
export async function askProxies<Server extends { readonly name: string }>(
  servers: readonly Server[],
  operatorOf: (server: Server) => OperatorCall,
): Promise<ProxyReports> {
  const asked = servers.map(async (asks) => {
    const { name: server } = asks;
    const call = operatorOf(asks);
    const sessions = await ask<readonly SessionRow[]>(call, "/sessions");
    const limits = sessions && (await ask<{ readonly enforcement: Enforcement }>(call, "/limits"));
    const era = sessions && (await ask<{ readonly era: Era }>(call, "/era"));
    return { server, sessions, limits, era };
  });
  const reports = await Promise.all(asked);
  return {
    sessions: Object.fromEntries(reports.flatMap(({ server, sessions }) => (sessions ? [[server, sessions]] : []))),
    limits: Object.fromEntries(reports.flatMap(({ server, limits }) => (limits ? [[server, limits.enforcement]] : []))),
    eras: Object.fromEntries(reports.flatMap(({ server, era }) => (era ? [[server, era.era]] : []))),
  };
}

async function ask<Answer>(call: OperatorCall, path: string): Promise<Answer | undefined> {
  const answer = await call("GET", path);
  return answer?.status === 200 ? (JSON.parse(answer.body) as Answer) : undefined;
}
