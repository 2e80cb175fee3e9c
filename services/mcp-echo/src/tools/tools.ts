import { authContext, bearerDecode, whoIsTheGoat } from "./identity.ts";
import { environmentDump, healthProbe } from "./process.ts";
import { corsAnalysis, printHeader, requestTiming } from "./request.ts";
import { echo, replayLastEcho, sessionInfo } from "./session.ts";
import type { Tool } from "./tool.ts";

/** What both servers have, by the names of the original project. */
export const statelessTools: readonly Tool[] = [
  echo,
  printHeader,
  bearerDecode,
  authContext,
  requestTiming,
  corsAnalysis,
  environmentDump,
  healthProbe,
  whoIsTheGoat,
];

/** These need a session. */
export const statefulTools: readonly Tool[] = [...statelessTools, replayLastEcho, sessionInfo];
