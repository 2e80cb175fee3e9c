import { describe, expect, test } from "@jest/globals";
import { callbackUrl, missingForDeployment, sampleProblems, siteOf } from "../../src/domain/deployment.ts";
import { unanswered } from "../../src/domain/setup.ts";

const local = "http://localhost:8080";
const server = { name: "x", kind: "http", enabled: true, url: "http://docs:3000/mcp", headers: {} } as const;

describe("where the gateway of these settings answers", () => {
  test.each([
    ["local mode", {}, local, `${local}/x/mcp`],
    ["a host name for each server", { BASE_DOMAIN: "g.dev" }, "https://auth.g.dev", "https://x.g.dev/mcp"],
    ["a path for each server", { BASE_DOMAIN: "g.dev", ROUTING: "path" }, "https://g.dev", "https://g.dev/x/mcp"],
    [
      "another port",
      { BASE_DOMAIN: "g.dev", GATEWAY_HTTPS_PORT: "8443" },
      "https://auth.g.dev:8443",
      "https://x.g.dev:8443/mcp",
    ],
    [
      "a balancer that ends TLS, whatever the port here",
      { BASE_DOMAIN: "g.dev", TLS: "off", GATEWAY_HTTPS_PORT: "8443" },
      "https://auth.g.dev",
      "https://x.g.dev/mcp",
    ],
  ])("%s", (_what, environment, issuer, endpoint) => {
    const site = siteOf(environment as Record<string, string>, local);
    expect([site.issuer, site.addressesOf(server)[0].url]).toEqual([issuer, endpoint]);
    expect(callbackUrl(environment as Record<string, string>, local)).toBe(`${issuer}/callback`);
    expect(callbackUrl(environment as Record<string, string>, local, "oidc")).toBe(`${issuer}/callback/oidc`);
  });
});

test("sample values are named and never shown", () => {
  const problems = sampleProblems({
    REDIS_PASSWORD: "changeme",
    BASE_DOMAIN: "example.com",
    GITHUB_CLIENT_ID: "Iv1.5",
  });
  expect(problems.map(({ at }) => at)).toEqual(["BASE_DOMAIN", "REDIS_PASSWORD"]);
  expect(JSON.stringify(problems)).not.toContain("changeme");
});

test("local mode needs nothing; a domain needs an app and people", () => {
  expect(missingForDeployment({})).toEqual([]);
  expect(missingForDeployment({ BASE_DOMAIN: "g.dev", GITHUB_CLIENT_ID: "id" }).map(({ at }) => at)).toEqual([
    "GITHUB_CLIENT_SECRET",
    "ALLOWED_GITHUB_USERS",
  ]);
});

test("with an OpenID provider no GitHub app is missing, but a client there and people", () => {
  const missing = missingForDeployment({ BASE_DOMAIN: "g.dev", OIDC_ISSUER: "https://id.dev", OIDC_CLIENT_ID: "id" });
  expect(missing.map(({ at }) => at)).toEqual(["OIDC_CLIENT_SECRET", "ALLOWED_OIDC_USERS"]);
});

describe("answers to setup", () => {
  const good = { BASE_DOMAIN: "g.dev", GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "s", ALLOWED_GITHUB_USERS: "*" };

  test("that are all there are taken", () => {
    expect(unanswered(good)).toEqual([]);
  });

  test.each([
    ["BASE_DOMAIN", "https://g.dev"],
    ["BASE_DOMAIN", "Gateway.Dev"],
    ["BASE_DOMAIN", ""],
    ["GITHUB_CLIENT_SECRET", "two words"],
    ["ALLOWED_GITHUB_USERS", "a; b"],
    ["ACME_EMAIL", "nobody"],
  ])("%s: %j is refused by name", (name, value) => {
    expect(unanswered({ ...good, [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  const goodAtProvider = {
    BASE_DOMAIN: "g.dev",
    OIDC_ISSUER: "https://id.g.dev/realms/staff",
    OIDC_CLIENT_ID: "id",
    OIDC_CLIENT_SECRET: "s",
    ALLOWED_OIDC_USERS: "jane@g.dev",
  };

  test("about an OpenID provider that are all there are taken, without an app", () => {
    expect(unanswered(goodAtProvider, "oidc")).toEqual([]);
  });

  test.each([
    ["OIDC_ISSUER", "http://id.g.dev"],
    ["OIDC_ISSUER", "https://id.g.dev/?realm=staff"],
    ["OIDC_ISSUER", ""],
    ["OIDC_CLIENT_ID", "two words"],
    ["OIDC_CLIENT_SECRET", "changeme"],
    ["ALLOWED_OIDC_USERS", "oidc:jane@g.dev"],
    ["ALLOWED_OIDC_USERS", ""],
    ["OIDC_NAME", "n".repeat(41)],
  ])("about an OpenID provider, %s: %j is refused by name", (name, value) => {
    expect(unanswered({ ...goodAtProvider, [name]: value }, "oidc")).toEqual([expect.stringContaining(name)]);
  });

  test("about both want both", () => {
    expect(unanswered({ ...good, ...goodAtProvider }, "both")).toEqual([]);
    expect(unanswered(good, "both").map((line) => line.split(" ")[0])).toEqual([
      ...["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "ALLOWED_OIDC_USERS"],
    ]);
  });

  test("about the local page may all be empty", () => {
    expect(unanswered({}, "local")).toEqual([]);
  });
});
