import { z } from "zod";

const longest = 86_400;
const secondsError = `a whole number of seconds from 0 to ${longest}`;

const CacheRule = z
  .strictObject(
    {
      ttlSeconds: z
        .int({ error: secondsError })
        .min(0, { error: secondsError })
        .max(longest, { error: secondsError })
        .describe("How long a result may be kept."),
      scope: z
        .enum(["private", "public"], { error: "private or public" })
        .optional()
        .describe("Who may keep it: private the user's own client, public whoever stands between. Default private."),
    },
    { error: 'an object such as {"ttlSeconds": 60, "scope": "private"}' },
  )
  .optional();

/** For how long and by whom results may be kept, by method: those whose results say it (MCP 2026-07-28, caching). */
export const CacheRules = z.strictObject(
  {
    "server/discover": CacheRule,
    "tools/list": CacheRule,
    "prompts/list": CacheRule,
    "resources/list": CacheRule,
    "resources/templates/list": CacheRule,
    "resources/read": CacheRule,
  },
  { error: 'an object by method, such as {"tools/list": {"ttlSeconds": 60}}' },
);
export type CacheRules = Readonly<z.infer<typeof CacheRules>>;
