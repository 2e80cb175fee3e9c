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
  const asked = servers.map(async (asks) => ({ server: asks.name, ...(await ask(operatorOf(asks))) }));
  const reports = await Promise.all(asked);
  return {
    sessions: Object.fromEntries(reports.flatMap(({ server, sessions }) => (sessions ? [[server, sessions]] : []))),
    limits: Object.fromEntries(reports.flatMap(({ server, limits }) => (limits ? [[server, limits.enforcement]] : []))),
    eras: Object.fromEntries(reports.flatMap(({ server, era }) => (era === undefined ? [] : [[server, era]]))),
  };
}

/** As the proxy gives it at `/report`. */
interface Report {
  readonly sessions: readonly SessionRow[];
  readonly limits: { readonly enforcement: Enforcement };
  readonly era: Era;
}

async function ask(call: OperatorCall): Promise<Partial<Report>> {
  const answer = await call("GET", "/report");
  return answer?.status === 200 ? JSON.parse(answer.body) : {};
}
