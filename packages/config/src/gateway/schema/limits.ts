import { z } from "zod";
import { count, flag, longestCall, mostSessions, size, tenYears } from "./values.ts";

const warmError = "a whole number from 0 to 100: processes that are started ahead";

/** `sessions` of a server. */
export const Sessions = z
  .strictObject(
    {
      max: count("sessions of this server at one time", mostSessions)
        .optional()
        .describe("Sessions at one time. Default 100."),
      perUser: count("sessions of one user at one time", mostSessions)
        .optional()
        .describe("Sessions of one user at one time. Default a quarter of max, rounded up."),
      idleSeconds: count("seconds", tenYears).optional().describe("A session unused for so long ends. Default 3600."),
      stateful: flag()
        .optional()
        .describe("The server keeps a state that matters: a session ends with its process instead of getting another."),
      warm: z
        .int({ error: warmError })
        .min(0, { error: warmError })
        .max(100, { error: warmError })
        .optional()
        .describe("Processes started ahead, so that a session begins at once. Default 0."),
    },
    { error: 'an object such as {"max": 100, "idleSeconds": 3600}' },
  )
  .describe("Bounds of the sessions of a server with a command.");

const cpusError = "a number of processors from 0.01 to 1024, such as 0.5";

/** `limits` of a server. */
export const ServerLimits = z
  .strictObject(
    {
      memory: size("1m", "1024g").optional().describe("Memory of one process of the server and all it starts."),
      cpus: z
        .number({ error: cpusError })
        .min(0.01, { error: cpusError })
        .max(1024, { error: cpusError })
        .optional()
        .describe("Processors that it may use, at least while others want them too."),
      pids: count("processes", 100_000).optional().describe("Processes that it may have, itself included."),
      messageSize: size("4k", "256m").optional().describe("Largest message, either way. Default 16m."),
      buffered: size("1m", "1024g")
        .optional()
        .describe("What all clients together are sending and have not yet read. Default 512m."),
      pendingRequests: count("requests", 100_000)
        .optional()
        .describe("Unanswered requests of one session. Default 1000."),
      requestSeconds: count("seconds", longestCall).optional().describe("A request may take so long. Default 300."),
      startupSeconds: count("seconds", longestCall)
        .optional()
        .describe("It may take so long to answer initialize. Default 60."),
    },
    { error: 'an object such as {"memory": "512m", "cpus": 0.5, "pids": 64}' },
  )
  .describe("Bounds of a server with a command. What goes beyond memory or pids is ended, and nothing else is.");

const secondsError = "seconds from 0 to 60, such as 2";

/** `leases` of a server. */
export const Leases = z
  .strictObject(
    {
      max: count("processes", mostSessions)
        .optional()
        .describe("Processes of all users whose calls may ask their user something. Default 64."),
      maxPerUser: count("processes", 100)
        .optional()
        .describe(
          "Processes of one user whose calls may ask the user something, for the same capabilities. Default 4.",
        ),
      waitSeconds: z
        .number({ error: secondsError })
        .min(0, { error: secondsError })
        .max(60, { error: secondsError })
        .optional()
        .describe("How long a call waits for one of them before another is started. Default 2."),
    },
    { error: 'an object such as {"max": 64, "maxPerUser": 4, "waitSeconds": 2}' },
  )
  .describe("Processes of a server of versions up to 2025-11-25 that work on one call of a modern client at a time.");
