import { z } from "zod";
import { CacheRules } from "../../cache-rules.ts";
import { toolList } from "../../scope-rules.ts";
import { Allow } from "./allow.ts";
import { Leases, ServerLimits, Sessions } from "./limits.ts";
import { Scopes } from "./scopes.ts";
import { count, flag } from "./values.ts";

const Tools = z
  .strictObject(
    {
      allow: toolList().optional().describe("Tools that exist for clients. Default: all."),
      deny: toolList().optional().describe("Tools that do not exist for clients; wins over allow."),
    },
    { error: 'an object such as {"deny": ["delete_*"]}' },
  )
  .describe("Which tools of a server with a command are listed and can be called. * stands for any text.");

const hostForms = "one label in lower case, such as fetch, or a whole host name, such as fetch.mydomain.dev";
// Not what a URL would take for an address: 10.1.
const hostName = () =>
  z
    .string({ error: hostForms })
    .regex(/^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.(?!\d+$)|$))+$/, { error: hostForms });

const imageForms = "the name of an image, such as python:3.13-slim or registry.example/team/server@sha256:…";
const imageName = () =>
  z
    .string({ error: imageForms })
    .regex(/^(?=.{1,255}$)[a-z\d][\w.-]*(:\d+(?=\/))?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[a-f\d]{64})?$/, {
      error: imageForms,
    });

/** `gateway` of a server: what MCP clients know nothing of. */
export const ServerSettings = z
  .strictObject(
    {
      host: hostName()
        .optional()
        .describe(
          "The host it answers on in place of its name's: a label below BASE_DOMAIN (in local mode below localhost), or for the deployed gateway a whole host name.",
        ),
      aliases: z
        .array(hostName(), { error: `a list: each is ${hostForms}` })
        .optional()
        .describe("Further hosts that it answers on, written alike. Each is an identifier of the same server."),
      allow: Allow.optional(),
      sessions: Sessions.optional(),
      tools: Tools.optional(),
      scopes: Scopes.optional(),
      limits: ServerLimits.optional(),
      image: imageName()
        .optional()
        .describe(
          "In Docker: the image that a server runs in. With a command alone the proxy is put into it, with all that it needs itself; with a url it speaks HTTP itself, and starts its own program unless there is a command. Default: one of the gateway's own, with npx or uvx.",
        ),
      userEnv: flag()
        .optional()
        .describe(
          "Tells each process whose session it is: MCP_USER_ID and MCP_USER_NAME; ${MCP_USER_ID} in its env stands for the user, as a file name. Not with warm processes.",
        ),
      era: z
        .enum(["auto", "legacy", "modern", "both"], { error: "auto, legacy, modern or both" })
        .optional()
        .describe(
          "Which protocol versions the server speaks on stdio: legacy up to 2025-11-25, modern from 2026-07-28. Default auto: it is asked.",
        ),
      facade: z
        .enum(["both", "legacy", "modern"], { error: "both, legacy or modern" })
        .optional()
        .describe(
          "Which clients are served: legacy up to 2025-11-25, modern from 2026-07-28, whatever the server itself speaks. Default both.",
        ),
      sharing: z
        .enum(["per-user", "all-users"], { error: "per-user or all-users" })
        .optional()
        .describe(
          "all-users: one process serves the modern clients of all users, save calls that may ask their user something. Only for a server that keeps nothing of anybody. Default per-user.",
        ),
      leases: Leases.optional(),
      cache: CacheRules.optional().describe(
        "How long modern clients may keep results of a server with a command, by method, where it does not say so itself. Default: not at all.",
      ),
      replicas: count("containers of this server", 16)
        .optional()
        .describe(
          "In Docker: so many containers of a server with a command share its users. Not for one that keeps data in ${DATA_DIR}. Default 1.",
        ),
      forwardToken: flag()
        .optional()
        .describe(
          "false: a server with a url does not get the user's token as X-Auth-Token. One elsewhere never does.",
        ),
    },
    { error: 'an object such as {"allow": {"users": ["octocat"]}}' },
  )
  .describe("What the gateway adds to this server.");
