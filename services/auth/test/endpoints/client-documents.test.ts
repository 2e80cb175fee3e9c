import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { publicNetwork } from "@gateway/public-network";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ports } from "../../src/ports.ts";
import { openDocumentHost } from "../fixtures/document-host.ts";
import { type Browser, noNetwork, openTestGateway, redirectUri, type TestGateway } from "../fixtures/gateway.ts";
import {
  authorizationQuery,
  exchangeForm,
  follow,
  hiddenFields,
  obtainRedirect,
  register,
  signIn,
} from "../fixtures/person.ts";
import { signingClient } from "../fixtures/signing-client.ts";

const clientId = "https://app.example/client";
const document = { client_id: clientId, client_name: "App", redirect_uris: ["http://127.0.0.1/callback"] };

describe("client ID metadata documents (oauth-wire 4.2)", () => {
  let host: Awaited<ReturnType<typeof openDocumentHost>>;
  let gateway: TestGateway;
  let browser: Browser;
  beforeEach(async () => {
    host = await openDocumentHost();
    host.serve(document);
    gateway = await openTestGateway({}, {}, host.network);
    browser = gateway.browser();
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  const post = (form: object, path = "/token") => browser.post(path).type("form").send(form);
  const connect = async () => {
    const redirect = await obtainRedirect(browser, authorizationQuery(clientId));
    return (await post(exchangeForm(redirect, clientId)).expect(200)).body as { refresh_token: string };
  };
  const gone = () => host.answer((_req, res) => res.writeHead(404).end());

  test("sign a person in, with a loopback port that the document does not name", async () => {
    expect(redirectUri).toContain(":5173");
    const tokens = await connect();
    const refresh = { grant_type: "refresh_token", client_id: clientId, refresh_token: tokens.refresh_token };
    await post(refresh).expect(200);
    expect(host.requests).toHaveLength(1);
  });

  test("show the person whose description it is", async () => {
    const { text } = await follow(browser, authorizationQuery(clientId));
    expect(text).toContain("<strong>app.example</strong>");
    expect(text).toContain("App");
  });

  test("name a device's client too, and whose description it is", async () => {
    const grantType = "urn:ietf:params:oauth:grant-type:device_code";
    host.serve({ ...document, grant_types: [grantType] });
    await signIn(browser);
    const { body } = await post({ client_id: clientId }, "/device_authorization").expect(200);
    const { text } = await follow(browser, "/device");
    const entered = await post({ ...hiddenFields(text), user_code: body.user_code }, "/device").expect(200);
    expect(entered.text).toContain("Allow App");
    expect(entered.text).toContain("<strong>app.example</strong>");
  });

  test("that do not name the device grant begin no device flow", async () => {
    const { body } = await post({ client_id: clientId }, "/device_authorization").expect(400);
    expect(body.error).toBe("unauthorized_client");
  });

  test("are not fetched for the account page, which lists their clients by name", async () => {
    await connect();
    gone();
    gateway.advance(2 * 86_400);
    await signIn(browser);
    expect((await browser.get("/account").expect(200)).text).toContain("<strong>App</strong>");
    expect(host.requests).toHaveLength(1);
  });

  test.each([
    ["another path", "http://127.0.0.1:5173/mcp/oauth/callback"],
    ["another loopback host", "http://localhost:5173/callback"],
    ["another host", "https://evil.example/callback"],
  ])("lead nowhere else: %s is a page that says whose fault it is", async (_what, elsewhere) => {
    const answer = await browser.get(authorizationQuery(clientId, { redirect_uri: elsewhere }));
    expect(answer.status).toBe(400);
    expect(answer.headers).not.toHaveProperty("location");
    expect(answer.text).toContain("not in its own description");
    expect(answer.text).toContain("gateway.cimd");
  });

  test("that cannot be had are a page for the person and invalid_client for the client, never a redirect", async () => {
    gone();
    const page = await browser.get(authorizationQuery(clientId)).expect(400);
    expect(page.headers).not.toHaveProperty("location");
    expect(page.text).toContain("at an address of its own");
    const code = { grant_type: "authorization_code", code: "x", client_id: clientId };
    expect((await post(code).expect(401)).body.error).toBe("invalid_client");
  });

  test("that are not known are looked for 30 times a minute for one address; one that is known, whenever it is named", async () => {
    await connect();
    gone();
    const ask = (name: number) => post({ grant_type: "authorization_code", client_id: `${clientId}/${name}` });
    for (let name = 0; name < 29; name += 1) await ask(name).expect(401);
    const { body, headers } = await ask(29).expect(429);
    expect(body.error).toBe("too_many_requests");
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    await browser.get(authorizationQuery(`${clientId}/30`)).expect(429);
    await browser.get(authorizationQuery(clientId)).expect(303);
  });

  test("that are gone later end no grant: a refresh and a revocation need them no more", async () => {
    const tokens = await connect();
    gone();
    gateway.advance(2 * 86_400);
    const refresh = { grant_type: "refresh_token", client_id: clientId, refresh_token: tokens.refresh_token };
    const { body } = await post(refresh).expect(200);
    await post({ token: body.refresh_token, client_id: clientId }, "/revoke").expect(200);
    expect(await gateway.ports.store.grants.list()).toEqual([]);
    await browser.get(authorizationQuery(clientId)).expect(400);
  });

  test("that changed where the client is answered are agreed to anew", async () => {
    await connect();
    expect((await follow(browser, authorizationQuery(clientId))).location).toContain("code=");
    host.serve({ ...document, redirect_uris: [...document.redirect_uris, "https://other.example/cb"] });
    gateway.advance(301);
    expect((await follow(browser, authorizationQuery(clientId))).text).toContain("<form");
  });

  test("with keys elsewhere prove the client by them, and a new key is found within a minute", async () => {
    const [old, renewed] = [signingClient("old"), signingClient("new")];
    const serve = (jwks: object) =>
      host.answer((req, res) => {
        const signed = { ...document, token_endpoint_auth_method: "private_key_jwt", jwks_uri: `${clientId}/jwks` };
        const body = JSON.stringify(req.url === "/client/jwks" ? jwks : signed);
        res.writeHead(200, { "Content-Type": "application/json" }).end(body);
      });
    serve(old.jwks);
    const refresh = { grant_type: "refresh_token", refresh_token: "x" };
    const proof = (signer: typeof old) => signer.assertion(clientId, gateway.ports.clock());
    await post({ ...refresh, client_id: clientId }).expect(401);
    await post({ ...refresh, ...proof(old) }).expect(400); // beyond authentication, the token is what is wrong
    serve(renewed.jwks);
    await post({ ...refresh, ...proof(renewed) }).expect(401);
    gateway.advance(60);
    await post({ ...refresh, ...proof(renewed) }).expect(400);
    await post({ ...refresh, ...proof(old) }).expect(401);
    expect(host.requests.filter(({ url }) => url === "/client/jwks")).toHaveLength(2);
  });

  test("may not be asked for under another spelling of the id", async () => {
    for (const id of [`${clientId}/../client`, "https://app.example:8443/client", "https://app.example/client#x"]) {
      await browser.get(authorizationQuery(id)).expect(400);
    }
    expect(host.requests).toEqual([]);
  });
});

describe("a gateway that cannot reach the owners of well-known clients (docs/decisions/0240)", () => {
  const claudeCode = "https://claude.ai/oauth/claude-code-client-metadata";
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await openTestGateway({}, {}, noNetwork);
  });
  afterEach(() => gateway[Symbol.asyncDispose]());

  test.each([
    ["elsewhere", claudeCode, "https://evil.example/callback"],
    ["at another path", claudeCode, "http://localhost:3118/other"],
    ["at another client's", claudeCode, "https://claude.ai/api/mcp/auth_callback"],
    ["under another spelling of its id", `${claudeCode}/`, "http://localhost:3118/callback"],
    ["from the same host", "https://claude.ai/oauth/other", "http://localhost:3118/callback"],
  ])("answers nobody %s", async (_what, client_id, redirect_uri) => {
    const answer = await gateway.browser().get(authorizationQuery(client_id, { redirect_uri })).expect(400);
    expect(answer.headers).not.toHaveProperty("location");
  });

  test.each([
    ["Claude Code", claudeCode, "http://localhost:3118/callback"],
    ["Claude", "https://claude.ai/oauth/mcp-oauth-client-metadata", "https://claude.ai/api/mcp/auth_callback"],
    ["Codex", "https://chatgpt.com/oauth/codex/client.json", "http://127.0.0.1:49152/callback"],
    ["Visual Studio Code", "https://vscode.dev/oauth/client-metadata.json", "http://127.0.0.1:33418/"],
    ["Zed", "https://zed.dev/oauth/client-metadata.json", "http://127.0.0.1:49152/callback"],
  ])("signs a person in with %s, and refreshes", async (name, client_id, redirect_uri) => {
    const browser = gateway.browser();
    const query = authorizationQuery(client_id, { redirect_uri });
    expect((await follow(browser, query)).text).toContain(name);
    const form = { ...exchangeForm(await obtainRedirect(browser, query), client_id), redirect_uri };
    const { body } = await browser.post("/token").type("form").send(form).expect(200);
    const refresh = { grant_type: "refresh_token", client_id, refresh_token: body.refresh_token };
    await browser.post("/token").type("form").send(refresh).expect(200);
  });
});

test("a well-known client whose host is refused by the operator is not let in by what is known of it", async () => {
  await using gateway = await openTestGateway({}, { cimd: { deny: ["claude.ai"] } }, noNetwork);
  const client_id = "https://claude.ai/oauth/claude-code-client-metadata";
  await gateway
    .browser()
    .get(authorizationQuery(client_id, { redirect_uri: "http://localhost:1/callback" }))
    .expect(400);
});

test.each<[string, Ports["resourceServers"]["cimd"]]>([
  ["switched off", false],
  ["not on the list", { allow: ["other.example"] }],
  ["on the list of those refused", { deny: ["*.example"] }],
])("documents that are %s are not fetched", async (_what, cimd) => {
  await using host = await openDocumentHost();
  host.serve(document);
  await using gateway = await openTestGateway({}, { cimd }, host.network);
  await gateway.browser().get(authorizationQuery(clientId)).expect(400);
  const { body } = await gateway.browser().get("/.well-known/oauth-authorization-server").set("Host", "localhost:8080");
  expect(body.client_id_metadata_document_supported).toBe(cimd === false ? undefined : true);
  expect(host.requests).toEqual([]);
});

describe("on this machine, a document whose keys are beside it", () => {
  const keys = signingClient();
  const grant = { grant_type: "refresh_token", refresh_token: "x" };

  /** Asks /token in the name of the client that a server on this machine describes. */
  async function askWith(cimd: Ports["resourceServers"]["cimd"]) {
    const asked: (string | undefined)[] = [];
    const server = createServer((req, res) => {
      asked.push(req.url);
      const { port } = server.address() as AddressInfo;
      const id = `http://127.0.0.1:${port}/client`;
      const signed = {
        ...document,
        token_endpoint_auth_method: "private_key_jwt",
        client_id: id,
        jwks_uri: `${id}/jwks`,
      };
      const body = JSON.stringify(req.url === "/client/jwks" ? keys.jwks : signed);
      res.writeHead(200, { "Content-Type": "application/json" }).end(body);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    await using gateway = await openTestGateway(
      {},
      { cimd },
      publicNetwork({ allowLoopback: true, timeLimit: 30_000 }),
    );
    const proof = keys.assertion(`http://127.0.0.1:${port}/client`, gateway.ports.clock());
    const { body } = await gateway
      .browser()
      .post("/token")
      .type("form")
      .send({ ...grant, ...proof });
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    return { error: body.error as string, asked };
  }

  test("is not looked for without the operator's word", async () => {
    expect(await askWith({})).toEqual({ error: "invalid_client", asked: [] });
  });

  test("proves its client by them where cimd.loopback is set", async () => {
    // Beyond authentication, the token is what is wrong.
    expect(await askWith({ loopback: true })).toEqual({ error: "invalid_grant", asked: ["/client", "/client/jwks"] });
  });
});

test("of hosts that the operator warns of, a person is warned on every page that names the client; of others not", async () => {
  await using host = await openDocumentHost();
  const grant_types = ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"];
  host.serve({ ...document, grant_types });
  const warning = "app.example is not on this gateway";
  for (const isWarned of [true, false]) {
    const cimd = { allow: [isWarned ? "other.example" : "app.example"], warn: ["*"] };
    await using gateway = await openTestGateway({}, { cimd }, host.network);
    const browser = gateway.browser();
    const pages = [await follow(browser, authorizationQuery(clientId))];
    await signIn(browser);
    pages.push(await follow(browser, authorizationQuery(clientId)));
    const started = await browser.post("/device_authorization").type("form").send({ client_id: clientId }).expect(200);
    const form = { ...hiddenFields((await follow(browser, "/device")).text), user_code: started.body.user_code };
    pages.push(await browser.post("/device").type("form").send(form).expect(200));
    expect(pages.map(({ text }) => text.includes(warning))).toEqual([isWarned, isWarned, isWarned]);
  }
});

test("a client that registered here is not warned of by its host: it has none", async () => {
  await using gateway = await openTestGateway({}, { cimd: { warn: ["*"] } });
  const { client_id } = await register(gateway.browser());
  const { text } = await follow(gateway.browser(), authorizationQuery(client_id));
  expect(text).not.toContain("on this gateway");
});

test("other URLs in a registration are never fetched", async () => {
  const asked: string[] = [];
  const resolve = async (name: string) => {
    asked.push(name);
    return [];
  };
  const network = { ...noNetwork, resolve };
  await using gateway = await openTestGateway({}, {}, network);
  const link = "https://app.example/x";
  const { client_id } = await register(gateway.browser(), { logo_uri: link, client_uri: link, tos_uri: link });
  await follow(gateway.browser(), authorizationQuery(client_id));
  expect(asked).toEqual([]);
});
