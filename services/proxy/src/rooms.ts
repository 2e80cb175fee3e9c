import type { McpSessions } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import type { StartChild } from "./child/child.ts";
import { FailedStarts } from "./child/failed-starts.ts";
import { Pool } from "./child/pool.ts";
import { Slots } from "./child/slots.ts";
import type { ProxyConfig } from "./configuration/proxy-config.ts";
import { ServerEra } from "./era/server-era.ts";
import { definitionHash } from "./era/verdict.ts";
import { Sessions } from "./legacy/sessions.ts";
import { createStartTranslated } from "./legacy/translated-child.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { ModernRoom } from "./modern/room.ts";
import { Probe } from "./operator/probe.ts";

export interface RoomsPorts {
  readonly config: Pick<
    ProxyConfig,
    "name" | "server" | "versions" | "limits" | "isToolAllowed" | "stateful" | "userEnv" | "era"
  >;
  readonly startChild: StartChild;
  readonly records: McpSessions;
  /** Where it is kept which wires the server speaks; undefined: in memory. */
  readonly eraFile: string | undefined;
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
  /** Ends all children, bounded in time. */
  close(): Promise<void>;
}

export function openRooms({ config, startChild, records, eraFile, metrics, logger, now }: RoomsPorts): Rooms {
  const { name, server, versions, limits, isToolAllowed, stateful, userEnv } = config;
  const pool = new Pool({ startChild, warm: limits.warm, logger });
  const asking = { startChild, name, protocolVersion: versions.preferred, startup: limits.startup, logger };
  const probe = new Probe({ ...asking, ...(now === undefined ? {} : { now }) });
  const era = new ServerEra({ ...asking, setting: config.era, definition: definitionHash(server), file: eraFile });
  const shared = { startChild: pool.take, slots: new Slots(limits), failedStarts: new FailedStarts(), limits };
  const serving = { ...shared, isToolAllowed, userEnv, metrics, logger };
  const startTranslated = createStartTranslated({ startChild: pool.take, name, versions, logger });
  const sessions = new Sessions({ ...serving, startTranslated, era, versions, records, stateful });
  const modern = new ModernRoom({ ...serving, name, era, protocolVersion: versions.preferred });
  return {
    ...{ sessions, modern, era, pool, probe },
    close: async () => {
      await Promise.all([sessions.close(), modern.close(), pool.close(), probe.close()]);
    },
  };
}
