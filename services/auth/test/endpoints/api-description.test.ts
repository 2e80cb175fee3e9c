import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Validator } from "@seriousme/openapi-schema-validator";
import { digest } from "../../src/digest.ts";
import { deviceCodeGrantType } from "../../src/domain/client-metadata.ts";
import { type Browser, openTestGateway, redirectUri, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import {
  describedBy,
  filled,
  mountedOperations,
  type OpenApi,
  operationsOf,
  probe,
  readOpenApi,
} from "../fixtures/openapi.ts";
import { connect, refresh } from "../fixtures/person.ts";
import { signingClient } from "../fixtures/signing-client.ts";

const timeHost = { name: "mcp-time", title: "Time", identifiers: ["https://time.example.com/mcp"] } as const;
const onItsOwnHost = { servers: [{ ...timeHost, identifiers: [...timeHost.identifiers] as [string] }] };
const onOneHost = { servers: [{ ...timeHost, identifiers: ["https://example.com/mcp-time/mcp"] as [string] }] };
const github = {
  clientId: "id",
  clientSecret: "secret",
  baseUrl: "https://github.com",
  apiUrl: "https://api.github.com",
  allowedUsers: [],
};
const oidc = {
  issuer: "https://login.example/",
  clientId: "id",
  clientSecret: "secret",
  scopes: "openid",
  name: "Example",
  allowedUsers: [],
};

type Given = Parameters<typeof openTestGateway>;
const approved = { softwareStatements: [{ issuer: "https://vendor.example", jwks: signingClient().jwks }] };
const gateways: [name: string, config: Given[0], resources: Given[1]][] = [
  ["local mode", {}, {}],
  ["one host for each server, GitHub", { issuer: "https://auth.example.com", github }, onItsOwnHost],
  ["one host for all, an OpenID provider", { issuer: "https://example.com", oidc }, onOneHost],
  ["both providers", { github, oidc }, {}],
  ["without registration and documents", {}, { registration: false, cimd: false }],
  ["registration by token", {}, { registration: { initialAccessTokenDigests: [digest("t")], ...approved } }],
  ["strict", {}, { strictResource: true, strictScope: true }],
  ["without any server", {}, { servers: [] }],
];

describe.each(gateways)("the description of a gateway: %s", (_name, config, resources) => {
  let gateway: TestGateway;
  let document: OpenApi;
  beforeAll(async () => {
    gateway = await openTestGateway(config, resources);
    document = await readOpenApi(gateway);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test("is OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { errors } = await validator.validate({ ...document });
    expect([validator.version, errors]).toEqual(["3.1", undefined]);
  });

  test("names every public path and method that is there, and no other", async () => {
    expect(operationsOf(document)).toEqual(await mountedOperations(gateway));
  });

  test("names what each answers to an empty request", async () => {
    const expectDescribed = describedBy(document);
    for (const operation of operationsOf(document)) {
      const [method, path = ""] = operation.split(" ") as ["get" | "post", string];
      expectDescribed(operation, await probe(gateway, method, filled(path, gateway.ports)));
    }
  });

  test("is on the page too", async () => {
    const { text } = await probe(gateway, "get", "/docs").expect(200);
    for (const operation of operationsOf(document)) {
      const [method = "", path] = operation.split(" ");
      expect(text).toContain(`<span class="tag">${method.toUpperCase()}</span> <span class="address">${path}</span>`);
    }
  });
});

describe("the description follows the operator's switches", () => {
  const read = async (...given: Given) => {
    await using gateway = await openTestGateway(...given);
    return await readOpenApi(gateway);
  };

  test("registration that has ended is not there, its management still is", async () => {
    const { paths } = await read({}, { registration: false });
    expect(paths).not.toHaveProperty(["/register"]);
    expect(Object.keys(paths["/register/{client_id}"] ?? {})).toEqual(["get", "put", "delete"]);
  });

  test("an initial access token is asked for where the operator gives such out, and nowhere else", async () => {
    const closed = await read({}, { registration: { initialAccessTokenDigests: [digest("t")] } });
    expect(closed.paths["/register"]?.post?.security).toEqual([{ initialAccessToken: [] }]);
    expect((await read()).components.securitySchemes).not.toHaveProperty("initialAccessToken");
  });

  test.each([
    [true, true],
    [false, false],
  ])("strictResource %s: resource is required: %s", async (strictResource, required) => {
    const { paths } = await read({}, { strictResource });
    expect(paths["/authorize"]?.get?.parameters.find(({ name }) => name === "resource")).toMatchObject({ required });
    const form = paths["/device_authorization"]?.post?.requestBody?.content["application/x-www-form-urlencoded"];
    expect(form?.schema.required.includes("resource")).toBe(required);
  });

  test("client ID metadata documents are named only where they are accepted", async () => {
    expect(JSON.stringify(await read())).toContain("client ID metadata document");
    expect(JSON.stringify(await read({}, { cimd: false }))).not.toMatch(/metadata document|own description/);
  });

  test("the session's cookie is the one that this issuer sets", async () => {
    expect((await read()).components.securitySchemes.session).toMatchObject({ name: "gateway-session" });
    const { components } = await read({ issuer: "https://auth.example.com" }, onItsOwnHost);
    expect(components.securitySchemes.session).toMatchObject({ name: "__Host-gateway-session" });
  });
});

describe("the description's answers are the real ones", () => {
  const secret = "a secret of a resource server";
  let gateway: TestGateway;
  let browser: Browser;
  let expectDescribed: ReturnType<typeof describedBy>;
  beforeAll(async () => {
    const clients = [{ clientId: "rs", redirectUris: [], secretDigest: digest(secret), introspect: true }];
    gateway = await openTestGateway({}, { clients });
    expectDescribed = describedBy(await readOpenApi(gateway));
    browser = gateway.browser();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const send = (path: string, form: object) => browser.post(path).type("form").send(form);

  test("registration and its management", async () => {
    const grant_types = ["authorization_code", "password"];
    const metadata = { redirect_uris: [redirectUri], client_name: "App", grant_types, contacts: ["a@example.com"] };
    const registered = await browser.post("/register").send(metadata).expect(201);
    expectDescribed("post /register", registered);
    const { client_id, registration_access_token } = registered.body;
    const own = (method: "get" | "put" | "delete") =>
      browser[method](`/register/${client_id}`).set("Authorization", `Bearer ${registration_access_token}`);
    const operation = "/register/{client_id}";
    expectDescribed(`get ${operation}`, await own("get").expect(200));
    expectDescribed(
      `put ${operation}`,
      await own("put")
        .send({ ...metadata, client_id })
        .expect(200),
    );
    expectDescribed(`put ${operation}`, await own("put").send({}).expect(400));
    expectDescribed(`delete ${operation}`, await own("delete").expect(204));
    expectDescribed(`get ${operation}`, await own("get").expect(401));
  });

  test("tokens: code, refresh, device, introspection, revocation", async () => {
    const grant_types = ["authorization_code", "refresh_token", deviceCodeGrantType];
    const { client, tokens } = await connect(browser, { grant_types });
    const refreshed = await refresh(browser, client.client_id, tokens.refresh_token).expect(200);
    expectDescribed("post /token", refreshed);
    expectDescribed("post /token", await refresh(browser, client.client_id, "x").expect(400));
    const device = await send("/device_authorization", { client_id: client.client_id, resource: timeUrl }).expect(200);
    expectDescribed("post /device_authorization", device);
    const poll = { grant_type: deviceCodeGrantType, client_id: client.client_id, device_code: device.body.device_code };
    expectDescribed("post /token", await send("/token", poll).expect(400));
    const asked = (token: string) => send("/introspect", { token, client_id: "rs", client_secret: secret }).expect(200);
    expectDescribed("post /introspect", await asked(refreshed.body.access_token));
    expectDescribed("post /introspect", await asked("x"));
    const revoked = await send("/revoke", { client_id: client.client_id, token: refreshed.body.refresh_token });
    expectDescribed("post /revoke", revoked);
  });
});

describe("the OpenAPI document and the page", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test.each(["/openapi.json", "/docs"])("%s is not there under a name that is not the issuer's", async (path) => {
    await gateway.browser().get(path).set("Host", "evil.example").expect(404);
  });

  test.each(["/openapi.json", "/docs"])(
    "%s is limited per address, in words that its reader can read",
    async (path) => {
      await using limited = await openTestGateway({ requestRateLimit: 1 });
      await limited.browser().get(path).expect(200);
      const { headers } = await limited.browser().get(path).expect(429);
      expect(headers["content-type"]).toMatch(path === "/docs" ? /^text\/html/ : /^application\/json/);
      expect(headers["access-control-allow-origin"]).toBe(path === "/docs" ? undefined : "*");
    },
  );

  test("the document takes nothing", async () => {
    expect((await gateway.browser().post("/openapi.json").expect(405)).headers.allow).toBe("GET, HEAD, OPTIONS");
  });

  test("the document is public and cacheable, for scripts of any origin", async () => {
    const { headers } = await gateway.browser().get("/openapi.json").expect(200);
    expect(headers).toMatchObject({
      "content-type": expect.stringMatching(/^application\/json/),
      "cache-control": "public, max-age=300",
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
    });
    const preflight = await gateway.browser().options("/openapi.json").set("Origin", "https://any.example").expect(204);
    expect(preflight.headers["access-control-allow-headers"]).toContain("MCP-Protocol-Version");
  });

  test("the page has no script, no frame, nothing inline and nothing from elsewhere", async () => {
    const { text, headers } = await gateway.browser().get("/docs").expect(200);
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none';style-src 'self';img-src 'self';frame-ancestors 'none';base-uri 'none'",
    );
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-frame-options": "DENY" });
    expect(text).not.toMatch(/<script|<style|style=|\son\w+=|<img|src=/);
  });

  test("the page is where the metadata says", async () => {
    const metadata = await gateway
      .browser()
      .get("/.well-known/oauth-authorization-server")
      .set("Host", "localhost:8080");
    expect(metadata.body.service_documentation).toBe("http://localhost:8080/docs");
    await gateway.browser().get("/docs").expect(200);
  });

  test("the page says who may call, what to send and what comes back", async () => {
    const { text } = await gateway.browser().get("/docs").expect(200);
    for (const words of ["private_key_jwt", "code_verifier", "unsupported_grant_type", "rfc7009#section-2"]) {
      expect(text).toContain(words);
    }
  });
});
