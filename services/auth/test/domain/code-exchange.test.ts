import type { ResourceServers } from "@gateway/registry";
import type { AuthorizationCode } from "@gateway/store";
import { describe, expect, test } from "@jest/globals";
import { checkCodeExchange } from "../../src/domain/code-exchange.ts";

const codeVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const code: AuthorizationCode = {
  request: {
    clientId: "a",
    redirectUri: "http://127.0.0.1:5/cb",
    codeChallenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    scope: "mcp",
    resource: "http://localhost:8080/a/mcp",
  },
  user: { sub: "gh|1", login: "octocat" },
  authTime: 900,
  expiresAt: 1_060,
  grantId: "g",
};
const servers: ResourceServers = {
  strictResource: false,
  servers: [
    { name: "a", title: "a", identifiers: ["http://localhost:8080/a/mcp", "http://a.localhost:8080/mcp"] },
    { name: "b", title: "b", identifiers: ["http://localhost:8080/b/mcp"] },
  ],
};
const exchange = {
  clientId: "a",
  redirectUri: "http://127.0.0.1:5/cb" as string | undefined,
  codeVerifier: codeVerifier as string | undefined,
  resources: [] as string[],
};

describe("exchanging a code", () => {
  test.each([
    ["another client's (RFC 6749 5.2)", { clientId: "b" }, 1_000, "issued_to_another_client"],
    ["61 seconds old", {}, 1_061, "expired"],
    ["a redirect_uri with another port", { redirectUri: "http://127.0.0.1:6/cb" }, 1_000, "redirect_uri_mismatch"],
    ["no code_verifier", { codeVerifier: undefined }, 1_000, "code_verifier_missing"],
    ["another code_verifier", { codeVerifier: "a".repeat(43) }, 1_000, "pkce_mismatch"],
    ["a code_verifier of 42", { codeVerifier: codeVerifier.slice(1) }, 1_000, "pkce_mismatch"],
    ["another server", { resources: ["http://localhost:8080/b/mcp"] }, 1_000, "another_resource"],
    ["an unknown resource", { resources: ["https://evil.example/mcp"] }, 1_000, "unknown_resource"],
    ["in time and with everything", {}, 1_000, undefined],
    ["without redirect_uri, as in OAuth 2.1", { redirectUri: undefined }, 1_000, undefined],
    ["another identifier of the server", { resources: ["http://a.localhost:8080/"] }, 1_000, undefined],
    ["the shared origin, which names none", { resources: ["http://localhost:8080"] }, 1_000, undefined],
  ])("%s", (_what, change, now, refusal) => {
    expect(checkCodeExchange(code, { ...exchange, ...change }, { servers, now })).toBe(refusal);
  });
});
