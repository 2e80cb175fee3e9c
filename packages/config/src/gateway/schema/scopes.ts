import { z } from "zod";
import { scopeRule } from "../../scope-rules.ts";

const [mostScopes, longestScope] = [16, 40];
const scopeNameError = `a scope's name: at most ${longestScope} visible ASCII characters without ", \\ and comma, not mcp or offline_access`;
/** RFC 6749 3.3; a comma would not reach an MCP server as it is. */
const scopeName = z
  .string({ error: scopeNameError })
  .regex(new RegExp(`^[\\x21\\x23-\\x2b\\x2d-\\x5b\\x5d-\\x7e]{1,${longestScope}}$`), { error: scopeNameError })
  .refine((name) => !["mcp", "offline_access"].includes(name), { error: scopeNameError });
const titleError = 'what it allows, in 1 to 80 characters on one line, such as "change files"';
/** `scopes` of a server. */
export const Scopes = z
  .record(
    scopeName,
    z.strictObject(
      {
        title: z
          .string({ error: titleError })
          .regex(/^(?! )[^\p{C}\p{Zl}\p{Zp}]{1,80}(?<! )$/u, { error: titleError })
          .describe(`What it allows, in words that go on after "It will be able to".`),
        ...scopeRule,
      },
      { error: 'an object such as {"title": "change files", "tools": ["write_*"]}' },
    ),
    { error: 'an object of scopes, such as {"files:write": {"title": "change files", "tools": ["write_*"]}}' },
  )
  .refine((scopes) => Object.keys(scopes).length <= mostScopes, { error: `at most ${mostScopes} scopes` })
  .describe("Scopes beside mcp that some tools or methods of a server with a command need. The rest needs mcp alone.");
