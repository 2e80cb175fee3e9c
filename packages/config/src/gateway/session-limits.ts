import { z } from "zod";
import { parseEnv } from "../env/parse-env.ts";
import { ProxyEnv } from "../env/proxy.ts";
import type { SessionLimits } from "./gateway-config.ts";

const { SESSION_TIMEOUT, MCP_MAX_SESSIONS, MCP_MAX_SESSIONS_PER_USER, MCP_WARM_SESSIONS } = ProxyEnv.shape;
const SessionEnv = z.object({ SESSION_TIMEOUT, MCP_MAX_SESSIONS, MCP_MAX_SESSIONS_PER_USER, MCP_WARM_SESSIONS });

/** The bounds of servers that name none of their own. @throws ConfigError */
export function parseSessionLimits(env: NodeJS.ProcessEnv): SessionLimits {
  const limits = parseEnv(SessionEnv, env);
  return {
    idleSeconds: limits.SESSION_TIMEOUT,
    max: limits.MCP_MAX_SESSIONS,
    perUser: limits.MCP_MAX_SESSIONS_PER_USER ?? limits.MCP_MAX_SESSIONS,
    warm: limits.MCP_WARM_SESSIONS,
  };
}
