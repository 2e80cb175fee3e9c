import { z } from "zod";
import { parseEnv } from "../env/parse-env.ts";
import { ProxyEnv } from "../env/proxy.ts";
import { parseByteSize } from "../env/values.ts";
import type { ServerLimits } from "./gateway-config.ts";
import type { ServerEntry } from "./schema/server-entry.ts";

const { MCP_CHILD_MEMORY, MCP_CHILD_CPUS, MCP_CHILD_PIDS } = ProxyEnv.shape;
const { MCP_MAX_MESSAGE_SIZE, MCP_MAX_BUFFERED, MCP_MAX_PENDING_REQUESTS } = ProxyEnv.shape;
const { MCP_SUBPROCESS_TIMEOUT, MCP_STARTUP_TIMEOUT } = ProxyEnv.shape;
const LimitsEnv = z.object({
  ...{ MCP_CHILD_MEMORY, MCP_CHILD_CPUS, MCP_CHILD_PIDS },
  ...{ MCP_MAX_MESSAGE_SIZE, MCP_MAX_BUFFERED, MCP_MAX_PENDING_REQUESTS },
  ...{ MCP_SUBPROCESS_TIMEOUT, MCP_STARTUP_TIMEOUT },
});

/** The limits of servers that name none of their own. @throws ConfigError */
export function parseServerLimits(env: NodeJS.ProcessEnv): ServerLimits {
  const limits = parseEnv(LimitsEnv, env);
  return {
    memory: limits.MCP_CHILD_MEMORY,
    cpus: limits.MCP_CHILD_CPUS,
    pids: limits.MCP_CHILD_PIDS,
    messageSize: limits.MCP_MAX_MESSAGE_SIZE,
    buffered: limits.MCP_MAX_BUFFERED,
    pendingRequests: limits.MCP_MAX_PENDING_REQUESTS,
    requestSeconds: limits.MCP_SUBPROCESS_TIMEOUT,
    startupSeconds: limits.MCP_STARTUP_TIMEOUT,
  };
}

/** A server's own limits over those of the environment. */
export function limitsOf({ gateway }: ServerEntry, general: ServerLimits): ServerLimits {
  const { memory, messageSize, buffered, ...own } = gateway?.limits ?? {};
  const bytes = (size: string | undefined) => (size === undefined ? undefined : parseByteSize(size));
  return {
    memory: bytes(memory) ?? general.memory,
    messageSize: bytes(messageSize) ?? general.messageSize,
    buffered: bytes(buffered) ?? general.buffered,
    cpus: own.cpus ?? general.cpus,
    pids: own.pids ?? general.pids,
    pendingRequests: own.pendingRequests ?? general.pendingRequests,
    requestSeconds: own.requestSeconds ?? general.requestSeconds,
    startupSeconds: own.startupSeconds ?? general.startupSeconds,
  };
}
