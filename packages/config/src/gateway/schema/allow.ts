import { z } from "zod";
import { isOpenIdEntry, openIdEntryForms, openIdPrefix } from "../../openid-entry.ts";
import { matching, text } from "./values.ts";

// No login has a colon, so that what follows a prefix cannot be taken for one.
const userEntryForms = `a login, a numeric id, "*", or ${openIdPrefix} and ${openIdEntryForms}`;
const isUserEntry = (entry: string) =>
  entry.startsWith(openIdPrefix) ? isOpenIdEntry(entry.slice(openIdPrefix.length)) : !entry.includes(":");

/** `allow`, of a server and of the gateway. */
export const Allow = z
  .strictObject(
    {
      users: z
        .array(text("text: each is one login").refine(isUserEntry, { error: userEntryForms }), {
          error: "a list of logins",
        })
        .describe(
          'GitHub logins (any case) or numeric ids; people of the OpenID provider as "oidc:" and a sub or an e-mail address. "*" is everyone who may sign in; an empty list is nobody.',
        ),
      orgs: matching(/^[a-z\d](-?[a-z\d]){0,38}$/i, "GitHub organization, such as acme")
        .optional()
        .describe("GitHub organizations (any case) whose members may use it too."),
      teams: matching(/^[a-z\d](-?[a-z\d]){0,38}\/[\w-]{1,100}$/i, "GitHub team, such as acme/tools")
        .optional()
        .describe("GitHub teams, as organization/team-slug, whose members may use it too."),
    },
    { error: 'an object such as {"users": ["octocat"]}' },
  )
  .describe("Who may use it.");
