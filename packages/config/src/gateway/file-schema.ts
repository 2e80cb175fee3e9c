import { z } from "zod";
import { isByteSize } from "../env/values.ts";
import { isOpenIdEntry, openIdEntryForms, openIdPrefix } from "../openid-entry.ts";
import { scopeRule, toolList } from "../scope-rules.ts";

/** Keys that a later version understands. They are refused, never ignored: a limit one believes in must hold. */
export const laterKeys = z.registry<{ keys: readonly string[] }>();

const text = (what: string) => z.string({ error: what });
const texts = (what: string) => z.array(text(`text: each is one ${what}`), { error: `a list of ${what}s` });
const matching = (shape: RegExp, what: string) =>
  z.array(z.string({ error: `text: each is one ${what}` }).regex(shape, { error: `one ${what}` }), {
    error: `a list: each is one ${what}`,
  });
const textMap = (what: string) =>
  z.record(z.string(), text('text: write it in quotes, such as "1"'), { error: `an object of ${what}` });
const count = (what: string, max: number) => {
  const error = `a whole number from 1 to ${max}: ${what}`;
  return z.int({ error }).min(1, { error }).max(max, { error });
};
/** As in the proxy's environment, which these become. */
const [mostSessions, longestCall, tenYears] = [100_000, 3_600, 315_360_000];
const warmError = "a whole number from 0 to 100: processes that are started ahead";
const ignored = () => z.unknown().optional().describe("Read by some clients. Ignored here, with a warning.");

// No login has a colon, so that what follows a prefix cannot be taken for one.
const userEntryForms = `a login, a numeric id, "*", or ${openIdPrefix} and ${openIdEntryForms}`;
const isUserEntry = (entry: string) =>
  entry.startsWith(openIdPrefix) ? isOpenIdEntry(entry.slice(openIdPrefix.length)) : !entry.includes(":");

const Allow = z
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

const Sessions = z
  .strictObject(
    {
      max: count("sessions of this server at one time", mostSessions)
        .optional()
        .describe("Sessions at one time. Default 100."),
      perUser: count("sessions of one user at one time", mostSessions)
        .optional()
        .describe("Sessions of one user at one time. Default a quarter of max, rounded up."),
      idleSeconds: count("seconds", tenYears).optional().describe("A session unused for so long ends. Default 3600."),
      stateful: z
        .boolean({ error: "true or false" })
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

const Tools = z
  .strictObject(
    {
      allow: toolList().optional().describe("Tools that exist for clients. Default: all."),
      deny: toolList().optional().describe("Tools that do not exist for clients; wins over allow."),
    },
    { error: 'an object such as {"deny": ["delete_*"]}' },
  )
  .describe("Which tools of a server with a command are listed and can be called. * stands for any text.");

const [mostScopes, longestScope] = [16, 40];
const scopeNameError = `a scope's name: at most ${longestScope} visible ASCII characters without ", \\ and comma, not mcp or offline_access`;
/** RFC 6749 3.3; a comma would not reach an MCP server as it is. */
const scopeName = z
  .string({ error: scopeNameError })
  .regex(new RegExp(`^[\\x21\\x23-\\x2b\\x2d-\\x5b\\x5d-\\x7e]{1,${longestScope}}$`), { error: scopeNameError })
  .refine((name) => !["mcp", "offline_access"].includes(name), { error: scopeNameError });
const titleError = 'what it allows, in 1 to 80 characters on one line, such as "change files"';
const Scopes = z
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

const size = (min: string, max: string) => {
  const error = `a size from ${min} to ${max} in quotes, such as "512m"`;
  return z.string({ error }).refine((value) => isByteSize(value, min, max), { error });
};
const cpusError = "a number of processors from 0.01 to 1024, such as 0.5";

const ServerLimits = z
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

const Leases = z
  .strictObject(
    {
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
    { error: 'an object such as {"maxPerUser": 4, "waitSeconds": 2}' },
  )
  .describe("Processes of a server of versions up to 2025-11-25 that work on one call of a modern client at a time.");

const hostForms = "one label in lower case, such as fetch, or a whole host name, such as fetch.mydomain.dev";
// Not what a URL would take for an address: 10.1.
const hostName = () =>
  z
    .string({ error: hostForms })
    .regex(/^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.(?!\d+$)|$))+$/, { error: hostForms });

const ServerSettings = z
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
      userEnv: z
        .boolean({ error: "true or false" })
        .optional()
        .describe("Tells each process whose session it is: MCP_USER_ID and MCP_USER_NAME. Not with warm processes."),
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
      replicas: count("containers", 16)
        .optional()
        .describe(
          "Containers of this server's proxy, with a Redis of their own. Default 1; local mode has one always.",
        ),
      forwardToken: z
        .boolean({ error: "true or false" })
        .optional()
        .describe(
          "false: a server with a url does not get the user's token as X-Auth-Token. One elsewhere never does.",
        ),
    },
    { error: 'an object such as {"allow": {"users": ["octocat"]}}' },
  )
  .describe("What the gateway adds to this server.");

/** One server as MCP clients declare it, and the gateway's own part. */
const ServerEntry = z
  .strictObject(
    {
      type: z
        .enum(["stdio", "http", "streamable-http"], {
          error: "stdio, http or streamable-http; the older sse transport is not one of them",
        })
        .optional()
        .describe("Follows from command and url when left out."),
      command: text("text: the program alone; its arguments go into args")
        .optional()
        .describe("The program to start. No shell is involved."),
      args: texts("argument").optional().describe("Its arguments, each one an item."),
      env: textMap("names and text")
        .optional()
        .describe("Its own environment. ${env:X} stands for the gateway's variable X."),
      cwd: text("a folder").optional().describe("Where it starts; relative to this file."),
      envFile: text("a file").optional().describe("A file of KEY=value lines; env wins over it."),
      url: text("a URL")
        .optional()
        .describe(
          "The MCP endpoint of a server that speaks Streamable HTTP itself. With command beside it, the gateway runs it too; ${PORT} is then a free port.",
        ),
      headers: textMap("header names and text").optional().describe("Set on requests to url, after authentication."),
      disabled: ignored(),
      autoApprove: ignored(),
      alwaysAllow: ignored(),
      timeout: ignored(),
      gallery: ignored(),
      gateway: ServerSettings.optional(),
    },
    { error: 'an object such as {"command": "uvx", "args": ["mcp-server-time"]}' },
  )
  .describe("One MCP server.");
export type ServerEntry = z.infer<typeof ServerEntry>;

const Servers = z.record(z.string(), ServerEntry, { error: "an object: a name and a server each" });

const Client = z
  .strictObject(
    {
      id: text("text").describe("Its client_id."),
      name: text("text").optional().describe("Shown to people who are asked to agree."),
      secret: text("text, such as ${env:MY_CLIENT_SECRET}")
        .optional()
        .describe("Its client secret, 32 characters or more. ${env:X} stands for the gateway's variable X."),
      jwks: z
        .record(z.string(), z.unknown(), { error: 'an object such as {"keys": []}' })
        .optional()
        .describe("Its public keys, a JWK set, for private_key_jwt in place of a secret."),
      redirectUris: texts("redirect URI").optional().describe("Where it is answered. None for a mere resource server."),
      introspect: z
        .boolean({ error: "true or false" })
        .optional()
        .describe("It may ask /introspect whether a token is good, as a resource server does."),
    },
    { error: 'an object such as {"id": "my-app", "redirectUris": ["https://app.example/callback"]}' },
  )
  .describe("A client that need not register.");
export type ClientEntry = z.infer<typeof Client>;

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
        logos: z
          .boolean({ error: "true or false" })
          .optional()
          .describe("Whether the logos that they name are fetched and shown. Default true."),
      }),
    ],
    { error: 'true, false, or an object such as {"allow": ["app.example"]}' },
  )
  .describe("Whether a client id may be the URL of a client ID metadata document, and whose. Default true.");

const GatewayPart = z
  .strictObject(
    {
      allow: Allow.optional().describe("Who may use a server that has no allow of its own."),
      strictResource: z
        .boolean({ error: "true or false" })
        .optional()
        .describe("Refuse an authorization request that names no resource, instead of offering a choice."),
      refreshReuse: z
        .enum(["revoke", "reject"], { error: "revoke or reject" })
        .optional()
        .describe(
          "What the replay of a used refresh token ends: all of its grant (revoke, the default), or nothing (reject).",
        ),
      registration: z
        .boolean({ error: "true or false" })
        .optional()
        .describe("Whether clients may register themselves (RFC 7591). Default true."),
      cimd: ClientDocuments.optional(),
      clients: z
        .array(Client, { error: "a list of clients" })
        .optional()
        .describe("Clients that need not register, and resource servers that may introspect tokens."),
    },
    { error: 'an object such as {"allow": {"users": ["octocat"]}}' },
  )
  .register(laterKeys, { keys: ["login"] })
  .describe("Settings of the gateway as a whole.");

/** gateway.json as it is written: what MCP clients have, plus `gateway`. */
export const GatewayFile = z.strictObject(
  {
    $schema: text("text").optional().describe("Where editors find this schema."),
    mcpServers: Servers.optional().describe("The servers, as in the configuration of Claude Desktop and Cursor."),
    servers: Servers.optional().describe("The same, as VS Code calls it. One of the two."),
    gateway: GatewayPart.optional(),
  },
  { error: 'a JSON object such as {"mcpServers": {}}' },
);
export type GatewayFile = z.infer<typeof GatewayFile>;

/** Client keys that are set aside with a warning. */
export const ignoredKeys = ["disabled", "autoApprove", "alwaysAllow", "timeout", "gallery"] as const;

/** The JSON Schema of gateway.json, for editors. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(GatewayFile, { target: "draft-7", reused: "inline" });
  return `${JSON.stringify({ title: "MCP OAuth Gateway: gateway.json", ...schema }, undefined, 2)}\n`;
}
