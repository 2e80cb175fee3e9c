import { z } from "zod";
import { signInWays } from "../../env/sign-in.ts";
import { redirectScheme } from "../../redirect-uri.ts";
import { Allow } from "./allow.ts";
import { Client } from "./client.ts";
import { Registration } from "./registration.ts";
import { flag, matching } from "./values.ts";

const hostPatterns = () =>
  matching(
    /^(\*|(\*\.)?[a-z\d-]+(\.[a-z\d-]+)*)$/,
    "host in lower case, such as app.example, *.app.example or *",
  ).optional();
const ClientDocuments = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        allow: hostPatterns().describe(
          "Hosts of client ids that are accepted; *.name is every name below it, * every host. Default all.",
        ),
        warn: hostPatterns().describe("Hosts that are accepted as well, with a warning to the person."),
        deny: hostPatterns().describe("Hosts of client ids that are not accepted, also where allow or warn has them."),
        loopback: z
          .boolean()
          .optional()
          .describe("For development: also client ids at http://localhost, and addresses of this machine."),
        logos: flag().optional().describe("Whether the logos that they name are fetched and shown. Default true."),
      }),
    ],
    { error: 'true, false, or an object such as {"allow": ["app.example"]}' },
  )
  .describe("Whether a client id may be the URL of a client ID metadata document, and whose. Default true.");

const loginError = `a list of ways to sign in, at least one of ${signInWays.join(", ")}, such as ["github"]`;
const Login = z
  .array(z.enum(signInWays, { error: signInWays.join(", ") }), { error: loginError })
  .min(1, { error: loginError })
  .describe("Ways to sign in that are offered, of those that are set up in .env. Default: all of them.");

/** `gateway` of the file: what is the same for all servers. */
export const GatewayPart = z
  .strictObject(
    {
      allow: Allow.optional().describe("Who may use a server that has no allow of its own."),
      login: Login.optional(),
      strictResource: flag()
        .optional()
        .describe("Refuse an authorization request that names no resource, instead of offering a choice."),
      strictScope: flag()
        .optional()
        .describe(
          "Refuse a request for a scope that no server here has, instead of ignoring the scope. Default false.",
        ),
      refreshReuse: z
        .enum(["revoke", "reject"], { error: "revoke or reject" })
        .optional()
        .describe(
          "What the replay of a used refresh token ends: all of its grant (revoke, the default), or nothing (reject).",
        ),
      registration: Registration.optional(),
      redirectSchemes: matching(redirectScheme, "scheme in lower case without a colon, such as acme-chat")
        .optional()
        .describe("Schemes of applications' redirect URIs, beside those of well-known MCP clients."),
      cimd: ClientDocuments.optional(),
      clients: z
        .array(Client, { error: "a list of clients" })
        .optional()
        .describe("Clients that need not register, and resource servers that may introspect tokens."),
    },
    { error: 'an object such as {"allow": {"users": ["octocat"]}}' },
  )
  .describe("Settings of the gateway as a whole.");
