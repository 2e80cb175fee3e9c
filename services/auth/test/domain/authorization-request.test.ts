import type { ResourceServers } from "@gateway/registry";
import type { Client } from "@gateway/store";
import { describe, expect, test } from "@jest/globals";
import { checkAuthorizationRequest, withoutSignInPrompt } from "../../src/domain/authorization-request.ts";
import { readParameters } from "../../src/domain/parameters.ts";

const redirectUri = "https://a.example/cb";
const client: Client = {
  clientId: "client_a",
  clientIdIssuedAt: 0,
  redirectUris: [redirectUri],
  grantTypes: ["authorization_code"],
  responseTypes: ["code"],
  tokenEndpointAuthMethod: "none",
  display: {},
};
const time = {
  name: "mcp-time",
  title: "mcp-time",
  identifiers: ["http://localhost:8080/mcp-time/mcp", "http://mcp-time.localhost:8080/mcp"],
} satisfies ResourceServers["servers"][number];
const memory = { ...time, name: "mcp-memory", identifiers: ["http://localhost:8080/mcp-memory/mcp"] } satisfies
  | typeof time
  | object;
const two = { strictResource: false, servers: [time, memory] } as ResourceServers;
const good = {
  response_type: "code",
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
  resource: "http://localhost:8080/mcp-time/mcp",
};

function check(parameters: object, servers: ResourceServers = two, of: Client = client) {
  return checkAuthorizationRequest(readParameters(parameters), { client: of, redirectUri, servers });
}

describe("an authorization request (oauth-wire 5, phase B)", () => {
  test.each([
    ["no response_type", { response_type: undefined }, "response_type_missing"],
    ["the implicit flow", { response_type: "token" }, "response_type"],
    ["a hybrid flow", { response_type: "code id_token" }, "response_type"],
    ["response_mode=fragment", { response_mode: "fragment" }, "response_mode"],
    ["a request object", { request: "e30" }, "request_object"],
    ["a request_uri", { request_uri: "https://a.example/r" }, "request_uri"],
    ["no code_challenge", { code_challenge: undefined }, "code_challenge"],
    ["a short code_challenge", { code_challenge: "abc" }, "code_challenge"],
    ["no method, which means plain", { code_challenge_method: undefined }, "code_challenge_method"],
    ["plain", { code_challenge_method: "plain" }, "code_challenge_method"],
    ["s256 in small letters", { code_challenge_method: "s256" }, "code_challenge_method"],
    ["a state beyond 4 KiB", { state: "x".repeat(4_097) }, "state_too_long"],
    ["prompt=none with login", { prompt: "none login" }, "prompt_none_with_others"],
    ["an unknown resource", { resource: "https://evil.example/mcp" }, "unknown_resource"],
    ["a resource with a query", { resource: `${good.resource}?x` }, "unknown_resource"],
    ["two servers", { resource: [good.resource, "http://localhost:8080/mcp-memory/mcp"] }, "several_resources"],
    ["one of two unknown", { resource: [good.resource, "https://evil.example/mcp"] }, "unknown_resource"],
  ])("%s is refused", (_what, change, refusal) => {
    expect(check({ ...good, ...change })).toEqual({ ok: false, refusal });
  });

  test("a client that is not registered for codes is refused", () => {
    const refused = check(good, two, { ...client, grantTypes: ["refresh_token"] });
    expect(refused).toEqual({ ok: false, refusal: "grant_type_not_registered" });
  });

  test.each([
    ["the endpoint", good.resource, good.resource],
    ["with a slash", `${good.resource}/`, good.resource],
    ["its base", "http://localhost:8080/mcp-time", good.resource],
    ["the host form", "http://mcp-time.localhost:8080/mcp", "http://mcp-time.localhost:8080/mcp"],
    ["the host form's origin in capitals", "HTTP://MCP-TIME.localhost:8080", "http://mcp-time.localhost:8080/mcp"],
    ["the same twice, spelt differently", [good.resource, `${good.resource}/`], good.resource],
    ["the shared origin names none", "http://localhost:8080/", undefined],
    ["none at all", undefined, undefined],
  ])("resource: %s", (_what, resource, meant) => {
    const checked = check({ ...good, resource });
    expect(checked.ok && checked.value.resource).toBe(meant);
  });

  test("without resource the only server is meant", () => {
    const checked = check({ ...good, resource: undefined }, { strictResource: false, servers: [time] });
    expect(checked).toMatchObject({ value: { resource: good.resource } });
  });

  test("without resource it is refused where strictResource is set", () => {
    const refused = check({ ...good, resource: undefined }, { ...two, strictResource: true });
    expect(refused).toEqual({ ok: false, refusal: "resource_missing" });
  });

  test.each([
    ["an unknown scope", "mcp nonsense", { ok: false, refusal: "unknown_scope" }],
    ["what a server of the gateway has", "mcp", { ok: true }],
    ["what clients ask of any authorization server", "openid offline_access", { ok: true }],
    ["no scope", undefined, { ok: true }],
  ])("where strictScope is set, %s is judged", (_what, scope, judged) => {
    expect(check({ ...good, scope }, { ...two, strictScope: true })).toMatchObject(judged);
  });

  test("an unknown scope is ignored where strictScope is not set", () => {
    expect(check({ ...good, scope: "mcp nonsense" }, two)).toMatchObject({ value: { scope: "mcp" } });
  });

  test("keeps what it needs, and nothing else", () => {
    const more = { state: "s", scope: "openid mcp", prompt: "consent", nonce: "n", login_hint: "x" };
    expect(check({ ...good, ...more })).toEqual({
      ok: true,
      value: {
        clientFingerprint: expect.any(String),
        clientId: "client_a",
        redirectUri,
        codeChallenge: good.code_challenge,
        scope: "mcp",
        state: "s",
        resource: good.resource,
        prompt: "consent",
      },
    });
  });
});

test.each([
  ["login", undefined],
  ["select_account consent", "consent"],
  [undefined, undefined],
])("once signed in, prompt %j leaves %j", (prompt, left) => {
  const request = { clientId: "c", redirectUri, codeChallenge: "x", scope: "mcp", ...(prompt ? { prompt } : {}) };
  expect(withoutSignInPrompt(request).prompt).toBe(left);
});
