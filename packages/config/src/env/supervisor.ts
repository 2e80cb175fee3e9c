import { z } from "zod";
import { domainName, logLevel, openIdIssuer, originList, port, seconds, secret, text } from "./values.ts";

/** The environment of the local mode (services/supervisor), beside what it hands on to the services it starts. */
export const SupervisorEnv = z.object({
  GATEWAY_PORT: port()
    .refine((value) => value > 0, { error: "a port from 1 to 65535: clients must know it" })
    .default(8080)
    .describe("The one public port: everything answers at http://localhost:GATEWAY_PORT"),
  GATEWAY_CONFIG: text().default("gateway.json").describe("File that declares the servers"),
  GATEWAY_DATA_DIR: text()
    .optional()
    .describe("Where keys, the embedded store and logs live; default: mcp-oauth-gateway in the user's data folder"),
  BASE_DOMAIN: domainName()
    .optional()
    .describe("Domain below which a deployed stack answers, such as gateway.mydomain.dev; empty: local mode"),
  ACME_EMAIL: text()
    .regex(/^[^@\s]+@[^@\s]+$/, { error: "an email address" })
    .optional()
    .describe("Where the certificate authority of a deployed stack writes to"),
  TRAEFIK_BIN: text()
    .optional()
    .describe("Traefik to run in place of the edge; default: the one on PATH, if any; `off` never runs it"),
  MCP_STARTUP_TIMEOUT: seconds({ max: 3_600 }).default(60).describe("How long a server may take until it is ready"),
  GITHUB_CLIENT_ID: text()
    .optional()
    .describe("GitHub OAuth app; without it and OIDC_ISSUER the local sign-in page is used"),
  OIDC_ISSUER: openIdIssuer()
    .optional()
    .describe("OpenID provider; without it and GITHUB_CLIENT_ID the local sign-in page is used"),
  MCP_CORS_ORIGINS: originList()
    .optional()
    .describe("Browser origins allowed to call servers; default: loopback origins"),
  GATEWAY_BACKUP_PASSPHRASE: secret()
    .min(12, { error: "12 characters or more" })
    .optional()
    .describe("Encrypts what `just backup` writes, and opens it again"),
  LOG_LEVEL: logLevel().default("info").describe("How much is logged: error, warn, info or debug"),
});
export type SupervisorEnv = z.infer<typeof SupervisorEnv>;
