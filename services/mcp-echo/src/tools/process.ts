import { maskedEnvironment } from "../domain/masking.ts";
import type { Tool } from "./tool.ts";

export const environmentDump: Tool = {
  name: "environmentDump",
  description: "Shows the names of this server's environment variables, and the values of those that cannot be secret.",
  run: ({ environment }) => ({
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    variables: maskedEnvironment(environment),
  }),
};

export const healthProbe: Tool = {
  name: "healthProbe",
  description: "Shows how this server fares: time since its start, memory, open sessions.",
  run: ({ openSessions }) => ({
    status: "ok",
    uptimeSeconds: Math.round(process.uptime()),
    memoryMegabytes: Math.round(process.memoryUsage.rss() / 1_048_576),
    ...(openSessions === undefined ? {} : { openSessions: openSessions() }),
  }),
};
