import { join } from "node:path";
import { openEmbeddedStore, openRedisStore, type Store } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import type { ProxyConfig } from "./configuration/proxy-config.ts";
import type { RoomsPorts } from "./rooms.ts";

const clock = () => Date.now() / 1_000;

/** Opens what keeps sessions: the Redis in which several proxies meet, else a folder; undefined: nothing does. */
export async function openSessionStore(
  { name, replica, dataDir }: Pick<ProxyConfig, "name" | "replica" | "dataDir">,
  logger: Logger,
): Promise<Store | undefined> {
  const { meeting } = replica ?? {};
  if (meeting?.kind === "redis") {
    return openRedisStore({ url: meeting.redisUrl, prefix: `mcp:${name}:`, clock, logger });
  }
  return dataDir === undefined ? undefined : openFolder(join(dataDir, "sessions"), logger);
}

/** What is kept there for other replicas, and for the time after a restart, where the keys of requestStates outlive a process. */
export function sharedRecords(
  { replica, stateSecrets }: Pick<ProxyConfig, "replica" | "stateSecrets">,
  store: Store | undefined,
): Pick<RoomsPorts, "eraVerdicts" | "stateUses"> {
  return {
    eraVerdicts: replica?.meeting.kind === "redis" ? store?.eraVerdicts : undefined,
    stateUses: stateSecrets === undefined ? undefined : store?.requestStateUses,
  };
}

/** Opens the folder's store; ends the process where another one has it. */
async function openFolder(folder: string, logger: Logger): Promise<Store> {
  return openEmbeddedStore({ folder, clock }).catch((cause: unknown) => {
    logger.error("sessions cannot be kept", { folder, cause });
    process.exit(1);
  });
}
