import { setTimeout as delay } from "node:timers/promises";
import type { EraVerdicts, McpSessions, RequestStateUses } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import type { StartChild } from "./child/child.ts";
import { FailedStarts } from "./child/failed-starts.ts";
import { Pool } from "./child/pool.ts";
import { Slots } from "./child/slots.ts";
import type { ProxyConfig } from "./configuration/proxy-config.ts";
import { buildHere, buildOf } from "./era/build.ts";
import { ServerEra } from "./era/server-era.ts";
import { definitionHash, sharedVerdict, type VerdictRecords, verdictFile } from "./era/verdict.ts";
import { Sessions } from "./legacy/sessions.ts";
import { createStartTranslated } from "./legacy/translated-child.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { stateKeysOf } from "./modern/request-states.ts";
import { ModernRoom } from "./modern/room.ts";
import { Probe } from "./operator/probe.ts";
import { sessionIdsOf } from "./replicas/session-ids.ts";

export interface RoomsPorts {
  readonly config: Pick<
    ProxyConfig,
    | "name"
    | "server"
    | "versions"
    | "limits"
    | "isToolAllowed"
    | "stateful"
    | "userEnv"
    | "era"
    | "isShared"
    | "cache"
    | "stateSecrets"
  >;
  readonly startChild: StartChild;
  readonly records: McpSessions;
  /** The name of this replica; undefined: there is one alone. */
  readonly replica?: string | undefined;
  /** Where it is kept which wires the server speaks, where no other replica is to know; undefined: in memory. */
  readonly eraFile: string | undefined;
  /** Where replicas keep it for each other; undefined: they do not. */
  readonly eraVerdicts?: EraVerdicts | undefined;
  /** Where the server's program is looked for. */
  readonly path: string | undefined;
  /** Where it is marked which requestStates were used; undefined: in memory, as others cannot open them. */
  readonly stateUses?: RequestStateUses | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Milliseconds since the epoch, for the probe. */
  readonly now?: () => number;
}

/** What serves clients, and has children for it: a room for each wire, with one set of limits for both. */
export interface Rooms {
  readonly sessions: Sessions;
  readonly modern: ModernRoom;
  readonly era: ServerEra;
  readonly pool: Pool;
  readonly probe: Probe;
  /** Resolves when no child works on a request, or after so many milliseconds. */
  untilDone(milliseconds: number): Promise<void>;
  /** Ends all children, bounded in time. */
  close(): Promise<void>;
}

/** Milliseconds. */
const pollInterval = 50;

/** Opens both rooms; no child is started before one is needed, or `pool.fill` asks for some. */
export function openRooms(ports: RoomsPorts): Rooms {
  const { config, startChild, records, replica, stateUses, metrics, logger, now } = ports;
  const { name, server, versions, limits, isToolAllowed, stateful, userEnv, isShared, cache, stateSecrets } = config;
  const pool = new Pool({ startChild, warm: limits.warm, logger });
  const asking = { startChild, name, protocolVersion: versions.preferred, startup: limits.startup, logger };
  const probe = new Probe({ ...asking, ...(now === undefined ? {} : { now }) });
  const definition = definitionHash(
    server,
    (ports.eraVerdicts === undefined ? buildHere : buildOf)(server, ports.path),
  );
  const found = { definition, records: verdictRecords(ports, definition) };
  const era = new ServerEra({ ...asking, ...found, setting: config.era, probe: limits.probe });
  const shared = { startChild: pool.take, slots: new Slots(limits), failedStarts: new FailedStarts(), limits };
  const serving = { ...shared, isToolAllowed, userEnv, metrics, logger };
  const startTranslated = createStartTranslated({
    ...{ startChild: pool.take, name, versions, logger },
    mostRounds: limits.rounds,
  });
  const own = { ids: sessionIdsOf(replica), replica };
  const sessions = new Sessions({ ...serving, ...own, startTranslated, era, versions, records, stateful });
  const sealing = { keys: stateKeysOf(stateSecrets), isOwn: stateSecrets === undefined, replica, uses: stateUses };
  const modern = new ModernRoom({
    ...serving,
    isShared,
    cache,
    sealing,
    name,
    era,
    protocolVersion: versions.preferred,
  });
  return {
    ...{ sessions, modern, era, pool, probe },
    untilDone: async (milliseconds) => {
      const until = Date.now() + milliseconds;
      while (sessions.atWork + modern.atWork > 0 && Date.now() < until) await delay(pollInterval);
    },
    close: async () => {
      era.close();
      await Promise.all([sessions.close(), modern.close(), pool.close(), probe.close()]);
    },
  };
}

function verdictRecords({ eraFile, eraVerdicts }: RoomsPorts, definition: string): VerdictRecords | undefined {
  if (eraVerdicts !== undefined) return sharedVerdict(eraVerdicts, definition);
  return eraFile === undefined ? undefined : verdictFile(eraFile);
}
