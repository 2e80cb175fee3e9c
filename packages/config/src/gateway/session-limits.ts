import { z } from "zod";
import { parseEnv } from "../env/parse-env.ts";
import { ProxyEnv } from "../env/proxy.ts";
import { shareOfOneUser } from "../env/share-of-one-user.ts";
import type { SessionLimits } from "./gateway-config.ts";
import type { ServerEntry } from "./schema/server-entry.ts";

const { SESSION_TIMEOUT, MCP_MAX_SESSIONS, MCP_MAX_SESSIONS_PER_USER, MCP_WARM_SESSIONS } = ProxyEnv.shape;
const SessionEnv = z.object({ SESSION_TIMEOUT, MCP_MAX_SESSIONS, MCP_MAX_SESSIONS_PER_USER, MCP_WARM_SESSIONS });

/** Bounds of sessions where a server has none of its own; `perUser` undefined: a share of each server's `max`. */
export type GeneralSessionLimits = Omit<SessionLimits, "perUser" | "stateful"> & {
  readonly perUser: number | undefined;
};

/** The bounds of servers that name none of their own. @throws ConfigError */
export function parseSessionLimits(env: NodeJS.ProcessEnv): GeneralSessionLimits {
  const limits = parseEnv(SessionEnv, env);
  return {
    idleSeconds: limits.SESSION_TIMEOUT,
    max: limits.MCP_MAX_SESSIONS,
    perUser: limits.MCP_MAX_SESSIONS_PER_USER,
    warm: limits.MCP_WARM_SESSIONS,
  };
}

/**
 * A server's own bounds over those of the environment. What a user may have is a share of what the server may have, so
 * the environment's bound of users is only one more bound. With `userEnv` nothing is started ahead.
 */
export function sessionLimitsOf({ gateway }: ServerEntry, general: GeneralSessionLimits): SessionLimits {
  const { max = general.max, perUser, idleSeconds, stateful, warm } = gateway?.sessions ?? {};
  return {
    max,
    perUser: Math.min(perUser ?? general.perUser ?? shareOfOneUser(max), max),
    idleSeconds: idleSeconds ?? general.idleSeconds,
    ...(stateful ? { stateful } : {}),
    warm: gateway?.userEnv ? 0 : (warm ?? general.warm),
  };
}
