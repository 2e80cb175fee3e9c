import type { Tool } from "./tool.ts";

export const echo: Tool = {
  name: "echo",
  description: "Gives back the message.",
  argument: { name: "message", description: "What to give back" },
  run({ session }, message) {
    if (session !== undefined) session.lastEcho = message;
    return message;
  },
};

export const replayLastEcho: Tool = {
  name: "replayLastEcho",
  description: "Gives back the message of the last echo in this session once more.",
  run: ({ session }) => session?.lastEcho ?? "Nothing was echoed in this session yet: call echo first.",
};

export const sessionInfo: Tool = {
  name: "sessionInfo",
  description:
    "Shows the age of this session, when it was last used, and how many requests it has had. Its id is not shown.",
  run({ session, clock, openSessions }) {
    if (session === undefined) return "There is no session.";
    return {
      owner: session.owner ?? "nobody: no X-User-Id came with initialize",
      ageSeconds: seconds(clock() - session.startedAt),
      requests: session.requests,
      hasEcho: session.lastEcho !== undefined,
      openSessions: openSessions?.(),
    };
  },
};

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
