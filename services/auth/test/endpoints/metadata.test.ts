import { authRoutes } from "@gateway/registry";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { endpointPaths } from "../../src/domain/authorization-server-metadata.ts";
import { publicJwk } from "../../src/keys/signing-key.ts";
import { startAuth } from "../fixtures/running-auth.ts";

type Auth = Awaited<ReturnType<typeof startAuth>>;
let auth: Auth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth[Symbol.asyncDispose]());

const get = (host: string, path: string, headers: string[] = []) => auth.fetch(path, ["Host", host, ...headers]);
const issuer = "http://localhost:8080";

describe("protected resource metadata (RFC 9728)", () => {
  test("names the resource, the one issuer and the minimum of scopes", async () => {
    const answer = await get("localhost:8080", "/.well-known/oauth-protected-resource/files/mcp");
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": expect.stringContaining("application/json"),
      "cache-control": "public, max-age=300",
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
    });
    expect(JSON.parse(answer.body)).toEqual({
      resource: "http://localhost:8080/files/mcp",
      authorization_servers: [issuer],
      scopes_supported: ["mcp"],
      bearer_methods_supported: ["header"],
      resource_name: "Files",
    });
  });

  test.each([
    ["localhost:8080", "/files/mcp/", "http://localhost:8080/files/mcp/"],
    ["localhost:8080", "/files", "http://localhost:8080/files/mcp"],
    ["files.localhost:8080", "", "http://files.localhost:8080/mcp"],
    ["files.localhost:8080", "/mcp", "http://files.localhost:8080/mcp"],
    ["files.localhost:8080", "/mcp/", "http://files.localhost:8080/mcp/"],
    ["files.localhost:8080", "/mcp?x=1", "http://files.localhost:8080/mcp"],
  ])("on %s with %j describes %s", async (host, suffix, resource) => {
    const answer = await get(host, `/.well-known/oauth-protected-resource${suffix}`);
    expect(JSON.parse(answer.body)).toMatchObject({ resource, authorization_servers: [issuer] });
  });

  test.each([
    ["localhost:8080", ""],
    ["localhost:8080", "/"],
    ["localhost:8080", "/mcp"],
    ["localhost:8080", "/none/mcp"],
    ["localhost:8080", "/files/mcp/mcp"],
    ["localhost:8080", "/%66iles/mcp"],
    ["files.localhost:8080", "/files/mcp"],
    ["files.localhost:8080", "/sse"],
    ["evil.example", "/mcp"],
    ["evil.example", ""],
  ])("on %s with %j is 404 JSON, which sends clients on to the next place", async (host, suffix) => {
    const answer = await get(host, `/.well-known/oauth-protected-resource${suffix}`);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ error: "not_found" });
  });

  test("is decided by the request's own host, not by a header a client may add", async () => {
    const answer = await get("evil.example", "/.well-known/oauth-protected-resource/mcp", [
      ...["X-Forwarded-Host", "files.localhost:8080", "Forwarded", "host=files.localhost:8080"],
    ]);
    expect(answer.status).toBe(404);
  });
});

describe("authorization server metadata (RFC 8414)", () => {
  test.each([
    ["localhost:8080", "/.well-known/oauth-authorization-server"],
    ["localhost:8080", "/.well-known/openid-configuration"],
    ["localhost:8080", "/.well-known/oauth-authorization-server/files/mcp"],
    ["files.localhost:8080", "/.well-known/oauth-authorization-server"],
    ["files.localhost:8080", "/.well-known/oauth-authorization-server/mcp"],
    ["files.localhost:8080", "/.well-known/openid-configuration/mcp"],
  ])("on %s at %s is the same document", async (host, path) => {
    const answer = await get(host, path);
    expect(answer.headers).toMatchObject({
      "cache-control": "public, max-age=300",
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
    });
    expect(JSON.parse(answer.body)).toEqual({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
      device_authorization_endpoint: `${issuer}/device_authorization`,
      revocation_endpoint: `${issuer}/revoke`,
      introspection_endpoint: `${issuer}/introspect`,
      jwks_uri: `${issuer}/jwks`,
      service_documentation: `${issuer}/docs`,
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      grant_types_supported: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
      revocation_endpoint_auth_methods_supported: [
        "none",
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
      ],
      token_endpoint_auth_signing_alg_values_supported: ["RS256", "ES256"],
      revocation_endpoint_auth_signing_alg_values_supported: ["RS256", "ES256"],
      introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
      introspection_endpoint_auth_signing_alg_values_supported: ["RS256", "ES256"],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      scopes_supported: ["mcp", "offline_access"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      protected_resources: ["files", "time", "docs"].map((name) => `${issuer}/${name}/mcp`),
    });
  });

  test.each([
    ["localhost:8080", "/.well-known/oauth-authorization-server/none/mcp"],
    ["localhost:8080", "/.well-known/openid-configuration/"],
    ["evil.example", "/.well-known/oauth-authorization-server"],
  ])("on %s at %s is 404", async (host, path) => {
    expect((await get(host, path)).status).toBe(404);
  });

  test.each(Object.entries(endpointPaths))("%s is there (decision 26)", async (_name, path) => {
    const answers = await Promise.all(
      ["GET", "POST"].map((method) => auth.fetch(path, ["Host", "localhost:8080"], method)),
    );
    expect(answers.map(({ status }) => status)).not.toContain(404);
    expect(answers.every(({ status }) => status < 500)).toBe(true);
  });

  test.each([["password", "unsupported_grant_type"]])(
    "a grant type it does not name, %s, is refused",
    async (grantType, error) => {
      const client = await register();
      const body = new URLSearchParams({ grant_type: grantType, client_id: client });
      const answer = await fetch(`http://127.0.0.1:${auth.port}/token`, { method: "POST", body });
      expect(await answer.json()).toMatchObject({ error });
    },
  );

  test.each([["authorization_code"], ["refresh_token"], ["urn:ietf:params:oauth:grant-type:device_code"]])(
    "the grant type %s that it names is known",
    async (grantType) => {
      const body = new URLSearchParams({ grant_type: grantType, client_id: await register() });
      const answer = await fetch(`http://127.0.0.1:${auth.port}/token`, { method: "POST", body });
      expect(((await answer.json()) as { error: string }).error).not.toBe("unsupported_grant_type");
    },
  );
});

async function register(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${auth.port}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      redirect_uris: ["http://127.0.0.1/cb"],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
    }),
  });
  return ((await answer.json()) as { client_id: string }).client_id;
}

describe("what the edge lets through without a token", () => {
  const served = authRoutes.filter(({ path }) => !["/assets", "/login", "/register"].includes(path));
  test.each(served.map(({ path }) => [path]))("%s is served", async (path) => {
    const at = path.includes("protected-resource") ? `${path}/files/mcp` : path;
    const answers = await Promise.all(
      ["GET", "POST"].map((method) => auth.fetch(at, ["Host", "localhost:8080"], method)),
    );
    expect(answers.some(({ status }) => status !== 404)).toBe(true);
  });

  test("is never /verify or /health", () => {
    const open = (path: string) =>
      authRoutes.some((route) => path === route.path || (route.prefix && path.startsWith(`${route.path}/`)));
    expect(["/verify", "/health", "/metrics"].filter(open)).toEqual([]);
  });
});

describe("JWKS", () => {
  test.each([["/jwks"], ["/.well-known/jwks.json"]])("is public and cacheable at %s", async (path) => {
    const answer = await get("localhost:8080", path);
    expect(answer.headers).toMatchObject({
      "cache-control": "public, max-age=300",
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
    });
    expect(JSON.parse(answer.body)).toEqual({ keys: [...auth.ports.keys.jwks(), publicJwk(auth.ports.assertionKey)] });
  });
});

describe("a public document", () => {
  const documents = [
    "/.well-known/oauth-protected-resource/files/mcp",
    "/.well-known/oauth-authorization-server",
    "/jwks",
  ];

  test.each(documents)("%s has a head alone too, and takes nothing", async (path) => {
    const head = await auth.fetch(path, ["Host", "localhost:8080"], "HEAD");
    expect(head).toMatchObject({ status: 200, body: "", headers: { "cache-control": "public, max-age=300" } });
    expect((await auth.fetch(path, ["Host", "localhost:8080"], "POST")).status).toBe(405);
  });

  test.each(["/mcp/.well-known/oauth-protected-resource", "/files/mcp/.well-known/oauth-protected-resource"])(
    "is not at %s (RFC 9728 3: inserted before the path)",
    async (path) => {
      expect((await get("files.localhost:8080", path)).status).toBe(404);
      expect((await get("localhost:8080", path)).status).toBe(404);
    },
  );
});

describe("a page's preflight of a public document", () => {
  test.each([
    ["/.well-known/oauth-protected-resource/files/mcp"],
    ["/.well-known/oauth-authorization-server"],
    ["/jwks"],
  ])("%s allows MCP-Protocol-Version (oauth-wire 11)", async (path) => {
    const answer = await auth.fetch(path, ["Host", "localhost:8080", "Origin", "https://any.example"], "OPTIONS");
    expect(answer.status).toBe(204);
    expect(answer.headers["access-control-allow-headers"]).toContain("MCP-Protocol-Version");
    expect(answer.headers["access-control-max-age"]).toBe("7200");
  });
});
