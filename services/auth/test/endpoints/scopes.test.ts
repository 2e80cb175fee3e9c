import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import type { Ports } from "../../src/ports.ts";
import { type Browser, memoryUrl, openTestGateway, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import {
  authorizationQuery,
  exchangeForm,
  follow,
  hiddenFields,
  obtainRedirect,
  pathOf,
  pressConsent,
  register,
  signIn,
} from "../fixtures/person.ts";
import { startAuth } from "../fixtures/running-auth.ts";

const time = {
  name: "mcp-time",
  title: "mcp-time",
  identifiers: [timeUrl, "http://mcp-time.localhost:8080/mcp"],
  limitsTools: true,
  scopes: [
    { name: "clock:read", title: "read the clock" },
    { name: "clock:set", title: "set the clock", implies: ["clock:read"] },
    { name: "clock:stop", title: "stop the clock" },
  ],
} satisfies Ports["resourceServers"]["servers"][number];
const memory = { name: "mcp-memory", title: "mcp-memory", identifiers: [memoryUrl] } satisfies typeof time | object;
const servers = [time, memory] as Ports["resourceServers"]["servers"];
const all = "mcp clock:read clock:set clock:stop";

let gateway: TestGateway;
let browser: Browser;
let clientId: string;
beforeAll(async () => {
  gateway = await openTestGateway({}, { servers });
});
beforeEach(async () => {
  browser = gateway.browser();
  clientId = (await register(browser, { client_name: "Inspector" })).client_id;
});
afterAll(() => gateway[Symbol.asyncDispose]());

const claimsOf = (token: string) => jwt.decode(token) as { readonly scope: string; readonly sid: string };
type Query = Record<string, string | undefined>;
const exchange = async (redirect: URL) =>
  (await browser.post("/token").type("form").send(exchangeForm(redirect, clientId)).expect(200)).body;
const grantedFor = async (query: Query) => exchange(await obtainRedirect(browser, authorizationQuery(clientId, query)));
/** What the consent page says it will be able to do, list by list. */
const listsOn = (page: string) =>
  [...page.matchAll(/<ul>([\s\S]*?)<\/ul>/g)].map(([, list = ""]) =>
    [...list.matchAll(/<li>([^<]*)<\/li>/g)].map(([, words]) => words),
  );
const base = "use this MCP server in your name, apart from what needs a permission of its own";
const staying = "stay connected while it is in use, until you revoke that under “Your account”";

describe("the scope of an authorization request", () => {
  test.each([
    ["none: all of the server's", undefined, all],
    ["none that the server has: all of the server's", "openid clock:wind", all],
    ["mcp alone", "mcp", "mcp"],
    ["with what it implies", "mcp clock:set", "mcp clock:read clock:set"],
    ["without what the server does not have", "clock:read files:write", "mcp clock:read"],
  ])("is kept: %s", async (_what, scope, granted) => {
    const tokens = await grantedFor({ scope });
    expect(tokens.scope).toBe(granted);
    expect(claimsOf(tokens.access_token).scope).toBe(granted);
  });

  test("is mcp at a server that has no other, whatever another server has", async () => {
    expect((await grantedFor({ scope: all, resource: memoryUrl })).scope).toBe("mcp");
  });

  test("can be narrowed at a refresh, and not widened", async () => {
    const { refresh_token } = await grantedFor({ scope: "mcp clock:set" });
    const form = { grant_type: "refresh_token", client_id: clientId, refresh_token };
    const post = (scope: string) =>
      browser
        .post("/token")
        .type("form")
        .send({ ...form, scope });
    for (const wider of ["mcp clock:stop", "mcp admin"])
      expect((await post(wider).expect(400)).body.error).toBe("invalid_scope");
    expect((await post("mcp clock:read").expect(200)).body.scope).toBe("mcp clock:read");
  });

  test.each([
    ["what it has, and offline_access as well", "mcp clock:read clock:set offline_access"],
    ["what it asked for at first, with what means nothing here", "openid clock:set email"],
    ["only what means nothing here", "openid profile"],
  ])("stays at a refresh that asks for %s", async (_what, scope) => {
    const { refresh_token } = await grantedFor({ scope: "openid clock:set email" });
    const form = { grant_type: "refresh_token", client_id: clientId, refresh_token, scope };
    const { body } = await browser.post("/token").type("form").send(form).expect(200);
    expect(body.scope).toBe("mcp clock:read clock:set");
  });
});

describe("the consent page", () => {
  beforeEach(() => signIn(browser));
  const consentTo = async (query: Query) => (await follow(browser, authorizationQuery(clientId, query))).text;

  test("says each scope in words, also what another one implies", async () => {
    const page = await consentTo({ scope: "clock:set" });
    expect(listsOn(page)).toEqual([[base, "read the clock", "set the clock", staying]]);
  });

  test("says apart what is new to a client that is connected already, and the old grant lives on", async () => {
    const before = await grantedFor({ scope: "mcp clock:read" });
    const page = await consentTo({ scope: "mcp clock:read clock:stop" });
    expect(page).toContain("New, it will also be able to:");
    expect(listsOn(page)).toEqual([["stop the clock"], [base, "read the clock", staying]]);
    const agreed = await pressConsent(browser, page).expect(303);
    const after = await exchange(new URL(agreed.headers.location as string));
    expect(after.scope).toBe("mcp clock:read clock:stop");
    const [first, second] = [before, after].map(({ access_token }) => claimsOf(access_token).sid);
    expect(second).not.toBe(first);
    expect(await gateway.ports.store.grants.find(first ?? "")).toMatchObject({ scope: "mcp clock:read" });
  });

  test("is shown again for more, and not for the same", async () => {
    await grantedFor({ scope: "mcp clock:read" });
    expect(await consentTo({ scope: "clock:read" })).toBe("");
    expect(await consentTo({ scope: "clock:stop" })).toContain("stop the clock");
    const silent = await follow(browser, authorizationQuery(clientId, { scope: "clock:stop", prompt: "none" }));
    expect(new URL(silent.location as string).searchParams.get("error")).toBe("consent_required");
  });

  test.each([
    ["nothing", undefined, "There also: read the clock; set the clock; stop the clock", all],
    ["some of one server", "clock:read", "There also: read the clock<", "mcp clock:read"],
  ])(
    "where the client names no server and asks for %s, says what each has of its own",
    async (_, scope, words, granted) => {
      const page = await consentTo({ resource: undefined, scope });
      expect(page.match(/There also/g)).toHaveLength(1);
      expect(page).toContain(words);
      expect(listsOn(page)).toEqual([[base, staying]]);
      const agreed = await pressConsent(browser, page, { resource: timeUrl }).expect(303);
      expect((await exchange(new URL(agreed.headers.location as string))).scope).toBe(granted);
      const again = await follow(browser, authorizationQuery(clientId, { scope: granted }));
      expect(again.location).toContain("code=");
    },
  );
});

describe("a device", () => {
  const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";

  test.each([
    [
      "the server that it names",
      { resource: timeUrl, scope: "clock:set" },
      {},
      "set the clock",
      "mcp clock:read clock:set",
    ],
    [
      "the server that is chosen",
      { scope: "mcp clock:stop" },
      { resource: timeUrl },
      "stop the clock",
      "mcp clock:stop",
    ],
    ["another server that is chosen", { scope: "clock:stop" }, { resource: memoryUrl }, "stop the clock", "mcp"],
  ])("gets what was agreed to at %s", async (_what, asked, chosen, words, granted) => {
    const { client_id } = await register(browser, { redirect_uris: [], grant_types: [deviceCodeGrant] });
    const device = await browser
      .post("/device_authorization")
      .type("form")
      .send({ client_id, ...asked })
      .expect(200);
    await signIn(browser);
    const entry = await follow(browser, "/device");
    const form = { ...hiddenFields(entry.text), user_code: device.body.user_code };
    const page = await browser.post("/device").type("form").send(form).expect(200);
    expect(page.text).toContain(words);
    const decision = { ...hiddenFields(page.text, "/device/consent"), decision: "allow", ...chosen };
    await browser.post("/device/consent").type("form").send(decision).expect(200);
    const poll = { grant_type: deviceCodeGrant, client_id, device_code: device.body.device_code };
    expect((await browser.post("/token").type("form").send(poll).expect(200)).body.scope).toBe(granted);
  });
});

test("a personal access token has all scopes of its server", async () => {
  await signIn(browser);
  const { text } = await browser.get("/account/tokens").expect(200);
  const form = { ...hiddenFields(text), name: "mine", resource: timeUrl, days: "30" };
  const made = await browser.post("/account/tokens").type("form").send(form).expect(200);
  const [token = ""] = /ey[\w-]+\.[\w-]+\.[\w-]+/.exec(made.text) ?? [];
  expect(claimsOf(token).scope).toBe(all);
});

describe("what a client learns before it asks", () => {
  const metadataUrl = "http://localhost:8080/.well-known/oauth-protected-resource/mcp-time/mcp";
  const forwarded = (authorization: string[] = []) => [
    ...["X-Forwarded-Host", "localhost:8080", "X-Forwarded-Method", "POST", "X-Forwarded-Uri", "/mcp-time/mcp"],
    ...authorization,
  ];

  test("the first challenge names all scopes of the server, in one", async () => {
    await using auth = await startAuth({ resourceServers: { strictResource: false, servers } });
    const { headers } = await auth.fetch("/verify", forwarded());
    expect(headers["www-authenticate"]).toBe(`Bearer realm="mcp", resource_metadata="${metadataUrl}", scope="${all}"`);
  });

  test("mcp alone is enough for /verify, which tells the server the whole scope", async () => {
    await using auth = await startAuth({ resourceServers: { strictResource: false, servers } });
    for (const [jti, scope] of Object.entries({ a: "mcp", b: "mcp clock:stop" })) {
      const token = await auth.signIn({ resource: timeUrl, scope }, jti);
      const { status, headers } = await auth.fetch("/verify", forwarded(["Authorization", `Bearer ${token}`]));
      expect(status).toBe(200);
      expect(headers["x-auth-scope"]).toBe(scope);
      expect(claimsOf(String(headers["x-gateway-assertion"])).scope).toBe(scope);
    }
  });

  test("without mcp no other scope is enough, and mcp is what is missing", async () => {
    await using auth = await startAuth({ resourceServers: { strictResource: false, servers } });
    const token = await auth.signIn({ resource: timeUrl, scope: "clock:read" });
    const { status, headers } = await auth.fetch("/verify", forwarded(["Authorization", `Bearer ${token}`]));
    expect(status).toBe(403);
    expect(headers["www-authenticate"]).toContain('scope="mcp", error="insufficient_scope"');
  });

  test("the server's document lists the minimum, the authorization server's every scope", async () => {
    await using auth = await startAuth({ resourceServers: { strictResource: false, servers } });
    const read = async (path: string) => JSON.parse((await auth.fetch(path, ["Host", "localhost:8080"])).body);
    expect((await read(pathOf(metadataUrl))).scopes_supported).toEqual(["mcp"]);
    const { scopes_supported } = await read("/.well-known/oauth-authorization-server");
    expect(scopes_supported.join(" ")).toBe(`${all} offline_access`);
  });
});
