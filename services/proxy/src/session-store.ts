import { join } from "node:path";
import { openEmbeddedStore, openRedisStore, type Store } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import type { ProxyConfig } from "./configuration/proxy-config.ts";

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

/** Opens the folder's store; ends the process where another one has it. */
async function openFolder(folder: string, logger: Logger): Promise<Store> {
  return openEmbeddedStore({ folder, clock }).catch((cause: unknown) => {
    logger.error("sessions cannot be kept", { folder, cause });
    process.exit(1);
  });
}
