import type { RequestListener } from "node:http";
import type { Network } from "@gateway/public-network";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ports } from "../../src/ports.ts";
import { seal } from "../../src/sealing.ts";
import { openDocumentHost } from "../fixtures/document-host.ts";
import { type Browser, openTestGateway, redirectUri, type TestGateway } from "../fixtures/gateway.ts";
import { authorizationQuery, follow, hiddenFields, register, signIn } from "../fixtures/person.ts";

const clientId = "https://app.example/client";
const logoUri = "https://app.example/logo.png";
const png = Buffer.from("\x89PNG\r\n\x1a\n, and whatever follows", "latin1");

describe("the logo of a client that describes itself (oauth-wire 4.2.8)", () => {
  let host: Awaited<ReturnType<typeof openDocumentHost>>;
  let gateway: TestGateway;
  let browser: Browser;
  beforeEach(async () => {
    host = await openDocumentHost();
    gateway = await openTestGateway({}, {}, host.network);
    browser = gateway.browser();
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  const openAnew = async (cimd: Ports["resourceServers"]["cimd"], network: Partial<Network> = {}) => {
    await gateway[Symbol.asyncDispose]();
    gateway = await openTestGateway({}, { cimd }, { ...host.network, ...network });
    browser = gateway.browser();
  };
  const servePng: RequestListener = (_req, res) => res.writeHead(200).end(png);
  /** The client's host: its description, and what is at the logo's address. */
  const serve = (logo: RequestListener, metadata: object = { logo_uri: logoUri }) =>
    host.answer((req, res) => {
      if (req.url !== "/client") return logo(req, res);
      const grant_types = ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"];
      const redirect_uris = [redirectUri];
      const document = { client_id: clientId, client_name: "App", redirect_uris, grant_types, ...metadata };
      res.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(document));
    });
  const signInPage = async () => (await follow(browser, authorizationQuery(clientId))).text;
  const logoIn = (page: string) => /<img class="logo" src="([^"]+)"/.exec(page)?.[1];
  const asked = () => host.requests.map(({ url }) => url);

  test.each<[string, RequestListener]>([
    ["SVG", (_req, res) => res.writeHead(200, { "Content-Type": "image/png" }).end("<svg/>")],
    ["a redirect", (_req, res) => res.writeHead(302, { Location: logoUri }).end()],
    ["404", (_req, res) => res.writeHead(404).end(png)],
    ["more than 64 KiB", (_req, res) => res.writeHead(200).end(Buffer.concat([png, Buffer.alloc(65_536)]))],
    ["silence", () => {}],
    ["a hang-up", (req) => req.socket.destroy()],
  ])("is none where its host answers with %s; the page comes without", async (_what, answer) => {
    serve(answer);
    const page = await signInPage();
    expect(page).toContain("<strong>app.example</strong>");
    expect(page).not.toContain("<img");
    expect(asked()).toEqual(["/client", "/logo.png"]);
  });

  test.each([
    ["without TLS", "http://app.example/logo.png"],
    ["at an address in place of a name", "https://127.0.0.1/logo.png"],
    ["at another port", "https://app.example:8443/logo.png"],
    ["of this machine", "http://localhost:1/logo.png"],
  ])("is not fetched %s", async (_what, logo_uri) => {
    serve(servePng, { logo_uri });
    expect(await signInPage()).not.toContain("<img");
    expect(asked()).toEqual(["/client"]);
  });

  test("is not fetched from a name with a private address, whatever the description's host has", async () => {
    const addresses: Record<string, string> = { "app.example": "127.0.0.1", "cdn.example": "10.0.0.1" };
    await openAnew(
      {},
      {
        resolve: async (name) => [{ address: addresses[name] ?? "", family: 4 }],
        isAllowed: (address) => address === "127.0.0.1",
      },
    );
    serve(servePng, { logo_uri: "https://cdn.example/logo.png" });
    expect(await signInPage()).not.toContain("<img");
    expect(asked()).toEqual(["/client"]);
  });

  test("is not fetched where the operator wants none", async () => {
    await openAnew({ logos: false });
    serve(servePng);
    expect(await signInPage()).not.toContain("<img");
    const path = `/assets/logos/${seal(gateway.ports.derivedKeys.logos, clientId)}`;
    await browser.get(path).expect(404);
    expect(asked()).toEqual(["/client"]);
  });

  test("is never fetched for a client that registered here", async () => {
    serve(servePng);
    const { client_id } = await register(browser, { logo_uri: logoUri });
    expect((await follow(browser, authorizationQuery(client_id))).text).not.toContain("<img");
    const path = `/assets/logos/${seal(gateway.ports.derivedKeys.logos, client_id)}`;
    await browser.get(path).expect(404);
    expect(asked()).toEqual([]);
  });

  test("is shown from our own origin on every page that names the client, and fetched once", async () => {
    serve(servePng);
    const signInTo = await signInPage();
    await signIn(browser);
    const consent = await signInPage();
    for (const page of [signInTo, consent]) {
      expect(logoIn(page)).toMatch(/^\/assets\/logos\/[\w-]{60,}$/);
      expect(page).not.toContain("logo.png");
    }
    expect(consent).toContain("Allow App");
    expect(asked()).toEqual(["/client", "/logo.png"]);
  });

  test("is shown on a device's consent page too", async () => {
    serve(servePng);
    await signIn(browser);
    const { body } = await browser.post("/device_authorization").type("form").send({ client_id: clientId }).expect(200);
    const { text } = await follow(browser, "/device");
    const form = { ...hiddenFields(text), user_code: body.user_code };
    expect(logoIn((await browser.post("/device").type("form").send(form).expect(200)).text)).toBeDefined();
  });

  test("is served without cookies, as what it is and nothing else", async () => {
    serve((_req, res) => res.writeHead(200, { "Content-Type": "text/html", "Set-Cookie": "a=b" }).end(png));
    const path = `${logoIn(await signInPage())}`;
    const { headers, body } = await gateway.browser().get(path).expect(200);
    expect(body).toEqual(png);
    expect(headers).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers).not.toHaveProperty("set-cookie");
  });

  test("is served by a replica that has not shown it yet", async () => {
    serve(servePng);
    await browser.get(`/assets/logos/${seal(gateway.ports.derivedKeys.logos, clientId)}`).expect(200);
  });

  test("cannot be asked for by its address, or by a path that is not ours", async () => {
    serve(servePng);
    const path = `${logoIn(await signInPage())}`;
    const others = [Buffer.from(logoUri).toString("base64url"), clientId, logoUri, "x", `${path.slice(14, -2)}AA`];
    for (const other of others) await browser.get(`/assets/logos/${encodeURIComponent(other)}`).expect(404);
    expect(asked()).toEqual(["/client", "/logo.png"]);
  });
});
