import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { textRecord } from "../../src/env/json-values.ts";
import { legacyProtocolVersion, protocolVersionList } from "../../src/env/protocol-version-values.ts";
import {
  commaList,
  flag,
  httpUrl,
  issuer,
  logLevel,
  loopbackHost,
  originList,
  port,
  seconds,
  secret,
} from "../../src/env/values.ts";
import { ConfigError, parseEnv, variablesOf } from "../../src/index.ts";

const Example = z.object({
  HOST: loopbackHost().default("127.0.0.1").describe("Where it listens."),
  PORT: port().default(8000).describe("Its port."),
  ISSUER: issuer().describe("The public URL of the gateway."),
  PASSWORD: secret().min(8, { error: "at least 8 characters" }).optional().describe("Opens the store."),
  LIFETIME: seconds().default(3600).describe("Of an access token."),
  ON: flag().default(false).describe("A switch."),
  USERS: commaList().default([]).describe("Who may."),
});
const issuerOnly = { ISSUER: "http://localhost:8080" };

function problemsOf(env: NodeJS.ProcessEnv, schema: z.ZodObject = Example) {
  try {
    parseEnv(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error("was accepted");
}

describe("parseEnv", () => {
  test("gives typed values and defaults", () => {
    expect(parseEnv(Example, { ...issuerOnly, PORT: "0", ON: "true", USERS: " ada, ,bob " })).toEqual({
      HOST: "127.0.0.1",
      PORT: 0,
      ISSUER: "http://localhost:8080",
      LIFETIME: 3600,
      ON: true,
      USERS: ["ada", "bob"],
    });
  });

  test("takes an empty value for an unset one, as env files have it", () => {
    expect(parseEnv(Example, { ...issuerOnly, PORT: "", PASSWORD: "" })).toMatchObject({ PORT: 8000 });
  });

  test("names every problem at once: the variable, what was found, what is allowed", () => {
    const error = problemsOf({ PORT: "99999", ON: "maybe", LIFETIME: "1h", HOST: "0.0.0.0" });
    expect(error.problems.map(({ at, found }) => [at, found])).toEqual([
      ["HOST", '"0.0.0.0"'],
      ["PORT", '"99999"'],
      ["ISSUER", undefined],
      ["LIFETIME", '"1h"'],
      ["ON", '"maybe"'],
    ]);
    expect(error.message).toContain('PORT: found "99999"; allowed: a whole number from 0 to 65535');
    expect(error.message).toContain("ISSUER: is missing; allowed: The public URL of the gateway.");
  });

  test("does not print a secret", () => {
    expect(problemsOf({ ...issuerOnly, PASSWORD: "canary" }).message).toMatch(/PASSWORD: found a value that is not/);
    expect(problemsOf({ ...issuerOnly, PASSWORD: "canary" }).message).not.toContain("canary");
  });

  test("does not write control characters to the terminal", () => {
    expect(problemsOf({ ...issuerOnly, PORT: "\u001b[2J\n" }).message).not.toContain("\u001b");
  });
});

describe("values", () => {
  test.each<[string, z.ZodType, string, unknown]>([
    ["a URL", httpUrl(), "http://docs:3000/mcp", "http://docs:3000/mcp"],
    ["an origin list", originList(), "https://a.example, loopback,*", ["https://a.example", "loopback", "*"]],
    ["a record", textRecord(), '{"A":"b c"}', { A: "b c" }],
    ["a protocol version", legacyProtocolVersion(), "2025-11-25", "2025-11-25"],
    ["protocol versions", protocolVersionList(), "2025-11-25, 2026-07-28", ["2025-11-25", "2026-07-28"]],
    ["a log level", logLevel(), "debug", "debug"],
    ["an issuer", issuer(), "https://auth.example.com", "https://auth.example.com"],
  ])("%s is read", (_name, schema, text, value) => {
    expect(schema.parse(text)).toEqual(value);
  });

  test.each<[string, z.ZodType, string]>([
    ["a port in hexadecimal", port(), "0x50"],
    ["a negative duration", seconds(), "-1"],
    ["a duration of nothing", seconds(), "0"],
    ["a duration with an exponent", seconds(), "1e3"],
    ["a URL of another scheme", httpUrl(), "file:///etc/passwd"],
    ["an issuer with a slash (RFC 8414 2)", issuer(), "https://auth.example.com/"],
    ["an issuer over http off loopback", issuer(), "http://auth.example.com"],
    ["an issuer that only looks like loopback", issuer(), "http://localhost.evil.example"],
    ["an origin with a path", originList(), "https://a.example/app"],
    ["the null origin", originList(), "null"],
    ["a record of numbers", textRecord(), '{"A":1}'],
    ["a record that is no JSON", textRecord(), "A=b"],
    ["a list for a record", textRecord(), '["a"]'],
  ])("%s is refused", (_name, schema, text) => {
    expect(schema.safeParse(text).success).toBe(false);
  });
});

describe("variablesOf", () => {
  test("tells name, meaning, default, whether it must be set, and whether it is secret", () => {
    const variables = variablesOf(Example);
    expect(variables[1]).toEqual({
      name: "PORT",
      description: "Its port.",
      default: "8000",
      required: false,
      secret: false,
    });
    expect(variables.filter(({ required }) => required).map(({ name }) => name)).toEqual(["ISSUER"]);
    expect(variables.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(["PASSWORD"]);
  });
});

describe("LOG_LEVEL", () => {
  const read = (LOG_LEVEL: string) => parseEnv(z.object({ LOG_LEVEL: logLevel() }), { LOG_LEVEL }).LOG_LEVEL;

  test.each([
    ["INFO", "info"],
    ["Debug", "debug"],
    ["WARNING", "warn"],
    ["critical", "error"],
    ["TRACE", "debug"],
  ])("%s, as other programs write it, is %s", (written, level) => {
    expect(read(written)).toBe(level);
  });

  test.each(["verbose", "2", "in fo"])("%s is refused with those that are allowed", (written) => {
    expect(() => read(written)).toThrow(/error, warn, info or debug/);
  });
});
