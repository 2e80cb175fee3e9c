import { readFileSync } from "node:fs";
import { parseEnv as parseEnvFile } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import * as config from "../src/index.ts";
import { contextWith } from "./gateway/context.ts";

const { parseGatewayConfig, renderJsonSchema, renderVariableTables, variablesOf } = config;
const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

const schemas = Object.fromEntries(
  Object.entries(config).flatMap(([name, value]) => (value instanceof z.ZodObject ? [[name, value]] : [])),
);
const variables = Object.values(schemas).flatMap(variablesOf);

/** What the supervisor chooses for the services it starts; a person has nothing to set there. */
const chosen = new Set([
  ...["HOST", "PORT", "ISSUER", "DATA_DIR", "RESOURCES_FILE", "ROUTES_FILE", "LOCAL_LOGIN", "GATEWAY_SUPERVISED"],
  ...["SERVER_NAME", "SERVER_COMMAND", "SERVER_ENV", "SERVER_CWD", "MCP_STATEFUL", "MCP_USER_ENV", "OPERATOR_SOCKET"],
  ...["MCP_ERA", "MCP_FACADE", "MCP_SHARING", "MCP_LEASE_MAX", "MCP_LEASE_MAX_PER_USER", "MCP_LEASE_WAIT", "MCP_CACHE"],
  ...["REPLICA_NAME", "REPLICA_URL", "REPLICA_PEERS", "MCP_STATE_SECRET"],
  ...["METRICS_HOST", "PROXY_HOPS"],
  ...["MCP_TOOLS_ALLOW", "MCP_TOOLS_DENY", "MCP_SCOPES"],
  ...["MCP_SESSION_TIMEOUT", "MCP_FETCH_ALLOWED_DOMAINS"], // in the env of their server in gateway.json
  ...["AUTH_JWKS_URL", "AUTH_REVOCATIONS_URL", "AUTH_ISSUER", "RESOURCE_IDENTIFIERS", "ALLOW_ANONYMOUS"],
]);

// Stale? `just render` renews what is rendered.
describe("files that are made from the schemas are current", () => {
  test("gateway.schema.json", () => {
    expect(read("gateway.schema.json")).toBe(renderJsonSchema());
  });

  test("docs/configuration.md has a table of every service's variables", () => {
    const page = read("docs/configuration.md");
    expect(renderVariableTables(page, schemas)).toBe(page);
    expect(Object.keys(schemas).filter((name) => !page.includes(`<!-- variables of ${name} -->`))).toEqual([]);
  });
});

test("docs/configuration.md names every key of gateway.json", () => {
  const [byHand = ""] = read("docs/configuration.md").split("## Local mode");
  const code = (byHand.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).join(" ");
  const keys = keysOf(JSON.parse(renderJsonSchema()));
  expect(keys.length).toBeGreaterThan(50);
  expect(keys.filter((key) => !new RegExp(`(?<![\\w-])${key.replace("$", "\\$")}(?![\\w-])`).test(code))).toEqual([]);
});

/** The names of all properties in a JSON Schema, however deep. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

describe("every variable", () => {
  test.each(variables)("$name says what it means", ({ description }) => {
    expect(description).not.toBe("");
  });

  test("that a person may set is in .env.example, and no other", () => {
    const written = Object.keys(parseEnvFile(read(".env.example")));
    const settable = variables.map(({ name }) => name).filter((name) => !chosen.has(name));
    expect(written.sort()).toEqual([...new Set(settable)].sort());
  });

  // Issue 6: whoever moves here from the original project keeps their file.
  test.each([
    ...["BASE_DOMAIN", "ACME_EMAIL", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "ALLOWED_GITHUB_USERS"],
    ...[
      "GATEWAY_JWT_SECRET",
      "JWT_ALGORITHM",
      "JWT_PRIVATE_KEY_B64",
      "ACCESS_TOKEN_LIFETIME",
      "REFRESH_TOKEN_LIFETIME",
    ],
    ...["SESSION_TIMEOUT", "CLIENT_LIFETIME", "REDIS_PASSWORD", "REDIS_URL", "MCP_PROTOCOL_VERSION"],
    ...["MCP_PROTOCOL_VERSIONS_SUPPORTED", "MCP_CORS_ORIGINS", "LOG_LEVEL"],
  ])("of the original project is one here too: %s", (name) => {
    expect(variables.map((variable) => variable.name)).toContain(name);
  });

  test("has its default in .env.example", () => {
    const written = parseEnvFile(read(".env.example"));
    const differing = variables
      .filter(({ name }) => !chosen.has(name))
      .filter((variable) => (variable.default ?? "") !== written[variable.name]);
    expect(differing).toEqual([]);
  });
});

describe("gateway.json", () => {
  const text = read("gateway.json");

  test("is accepted as it stands, without a warning", () => {
    const { servers, warnings } = parseGatewayConfig(text, contextWith());
    expect(servers.map(({ name, kind }) => `${name} (${kind})`)).toEqual([
      "mcp-everything (http)",
      "mcp-everything-stdio (stdio)",
      "mcp-memory (stdio)",
      "mcp-filesystem (stdio)",
      "mcp-sequentialthinking (stdio)",
      "mcp-time (stdio)",
      "mcp-fetch (stdio)",
    ]);
    expect(warnings).toEqual([]);
  });

  test("is accepted by its JSON Schema, which refuses an unknown key", () => {
    const schema = z.fromJSONSchema(JSON.parse(read("gateway.schema.json")));
    expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined();
    expect(schema.safeParse({ mcpServers: { a: { comand: "x" } } }).success).toBe(false);
    expect(schema.safeParse({ mcpServers: { a: { command: "x", gateway: { sessions: { max: 0 } } } } }).success).toBe(
      false,
    );
  });
});
