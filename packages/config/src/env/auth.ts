import { z } from "zod";
import { isOpenIdEntry, openIdEntryForms, openIdPrefix } from "../openid-entry.ts";
import { metricsAddress, metricsPortProblems } from "./metrics-address.ts";
import { signInProblems } from "./sign-in.ts";
import {
  commaList,
  filledCommaList,
  flag,
  httpUrl,
  issuer,
  logLevel,
  openIdIssuer,
  originList,
  port,
  scopes,
  seconds,
  secret,
  text,
  wholeNumber,
} from "./values.ts";

const day = 86_400;

const jwtAlgorithm = z.enum(["RS256", "ES256"], {
  error: "RS256 or ES256 (not HS256: whoever can check such a token could also make one)",
});

/** The environment of services/auth. */
export const AuthEnv = z
  .object({
    HOST: text().default("127.0.0.1").describe("Address to listen on"),
    PORT: port().default(8000).describe("Port to listen on"),
    ISSUER: issuer().describe("Public URL of the authorization server, such as https://auth.example.com"),
    RESOURCES_FILE: text().describe("File with the MCP servers and who may use them, rendered from gateway.json"),
    DATA_DIR: text().describe("Folder for keys and, without REDIS_URL, the store; made with mode 0700"),
    REDIS_URL: secret()
      .regex(/^rediss?:\/\//, { error: "a redis:// or rediss:// URL" })
      .optional()
      .describe("Redis that holds the store; without it the store is embedded, in DATA_DIR"),
    REDIS_PASSWORD: secret().optional().describe("Password of that Redis"),
    GITHUB_CLIENT_ID: text().optional().describe("Client id of the GitHub OAuth app that people sign in with"),
    GITHUB_CLIENT_SECRET: secret().optional().describe("Its client secret"),
    GITHUB_BASE_URL: httpUrl().default("https://github.com").describe("GitHub itself; another one for Enterprise"),
    GITHUB_API_URL: httpUrl().default("https://api.github.com").describe("GitHub's API"),
    ALLOWED_GITHUB_USERS: commaList()
      .default([])
      .describe("Logins (any case) or numeric ids that may sign in with GitHub; `*` means everyone, empty nobody"),
    GITHUB_PAT: secret()
      .optional()
      .describe(
        "Token with read:org that asks again, once a day, who is in an organization or team that a server names",
      ),
    OIDC_ISSUER: openIdIssuer()
      .optional()
      .describe("OpenID provider that people sign in with: its issuer, such as https://login.example.com/realms/staff"),
    OIDC_CLIENT_ID: text().optional().describe("Client id that it gave this gateway"),
    OIDC_CLIENT_SECRET: secret().optional().describe("Its client secret"),
    ALLOWED_OIDC_USERS: commaList()
      .refine((entries) => entries.every((entry) => isOpenIdEntry(entry) && !entry.startsWith(openIdPrefix)), {
        error: `several of these, by commas and without ${openIdPrefix}: ${openIdEntryForms}`,
      })
      .default([])
      .describe("`sub`s or verified e-mail addresses that may sign in there; `*` means everyone, empty nobody"),
    OIDC_SCOPES: scopes("openid").default("openid email profile").describe("Scopes that are asked for there"),
    OIDC_NAME: text()
      .max(40, { error: "40 characters or less" })
      .optional()
      .describe("What the sign-in page calls it; default: the host of OIDC_ISSUER"),
    LOCAL_LOGIN: flag()
      .default(false)
      .describe("Sign-in page without password, for whoever can reach this machine's loopback"),
    GATEWAY_LOCAL_USERS: filledCommaList()
      .optional()
      .describe("Names that may be used there; default: the user that runs the gateway"),
    GATEWAY_JWT_SECRET: secret()
      .min(32, { error: "32 characters or more; make one: openssl rand -base64 48" })
      .optional()
      .describe(
        "Root of the keys that protect forms and what replicas share; needed with REDIS_URL, else one is made and kept in DATA_DIR",
      ),
    JWT_ALGORITHM: jwtAlgorithm.default("RS256").describe("Algorithm of tokens: RS256 or ES256"),
    JWT_PRIVATE_KEY_B64: secret()
      .optional()
      .describe("Private key as PEM in base64; default: one is made and kept in DATA_DIR or, encrypted, in Redis"),
    ACCESS_TOKEN_LIFETIME: seconds({ max: day }).default(3_600).describe("Seconds an access token lives"),
    REFRESH_TOKEN_LIFETIME: seconds({ max: 90 * day })
      .default(30 * day)
      .describe("Seconds after which an unused refresh token ends"),
    CLIENT_LIFETIME: seconds({ min: 0 })
      .default(365 * day)
      .describe("Seconds after its last use for which a registered client is kept; 0: for ever"),
    MCP_CORS_ORIGINS: originList()
      .optional()
      .describe("Browser origins that may call servers; default: loopback origins in local mode, else none"),
    REVOCATION_GRACE: seconds({ max: 60 })
      .default(5)
      .describe("Seconds for which checked tokens are still accepted while the store is silent"),
    REGISTRATION_RATE_LIMIT: wholeNumber({ min: 1, max: 100_000 })
      .optional()
      .describe("Client registrations a minute from one address; default: 300 in local mode, else 20"),
    DEVICE_RATE_LIMIT: wholeNumber({ min: 1, max: 100_000 })
      .optional()
      .describe("Device authorizations a minute from one address; default: 300 in local mode, else 20"),
    SIGN_IN_RATE_LIMIT: wholeNumber({ min: 1, max: 100_000 })
      .optional()
      .describe("Sign-ins begun a minute from one address; default: 300 in local mode, else 60"),
    TOKEN_RATE_LIMIT: wholeNumber({ min: 1, max: 100_000 })
      .optional()
      .describe("Requests for tokens a minute from one address; default: 6000 in local mode, else 600"),
    REQUEST_RATE_LIMIT: wholeNumber({ min: 1, max: 1_000_000 })
      .optional()
      .describe(
        "Requests a minute from one address to pages and endpoints of all kinds; default: 60000 in local mode, else 3000",
      ),
    GLOBAL_RATE_FACTOR: wholeNumber({ min: 1, max: 100_000 })
      .default(10)
      .describe("What all addresses together may do, in each of these limits: so many times what one may do"),
    PROXY_HOPS: wholeNumber({ min: 1, max: 10 })
      .default(1)
      .describe(
        "Proxies one behind the other whose X-Forwarded-For is believed: 1 is the edge, 2 a balancer and the edge",
      ),
    LOG_LEVEL: logLevel().default("info").describe("How much is logged: error, warn, info or debug"),
    OPERATOR_SOCKET: text()
      .optional()
      .describe("Unix socket for the operator's verbs; default: operator.sock in DATA_DIR"),
    ...metricsAddress(),
    GATEWAY_SUPERVISED: flag().default(false).describe("End when standard input ends; set by the supervisor"),
  })
  .superRefine((env, context) => {
    for (const { at, allowed } of [...signInProblems(env), ...sharingProblems(env), ...metricsPortProblems(env)]) {
      context.addIssue({ code: "custom", path: [at], message: allowed });
    }
  });
export type AuthEnv = z.infer<typeof AuthEnv>;

/** Replicas accept each other's forms, assertions and signing keys only by a secret that they have in common. */
function sharingProblems(env: {
  readonly REDIS_URL?: string | undefined;
  readonly GATEWAY_JWT_SECRET?: string | undefined;
}) {
  if (env.REDIS_URL === undefined || env.GATEWAY_JWT_SECRET !== undefined) return [];
  const allowed = "with REDIS_URL one secret for all replicas; make one: openssl rand -base64 48";
  return [{ at: "GATEWAY_JWT_SECRET", allowed }];
}
