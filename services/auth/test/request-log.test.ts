import { once } from "node:events";
import { type AddressInfo, connect as connectTo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { openTestGateway, redirectUri, type TestGateway } from "./fixtures/gateway.ts";
import {
  authorizationQuery,
  connect,
  follow,
  pathOf,
  pressConsent,
  pressLogin,
  refresh,
  register,
} from "./fixtures/person.ts";
import { requestLines } from "./fixtures/request-lines.ts";

/** Of the lines about requests the last one, once there are so many. */
async function lastLine(gateway: TestGateway, count = 1) {
  return (await requestLines(gateway, count)).at(-1);
}

const portOf = ({ server }: TestGateway) => (server.address() as AddressInfo).port;

const anyLine = { ms: expect.any(Number), address: expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$/), service: "auth" };

describe("a line for each request that is refused", () => {
  test("a client that proves nothing at /token: 401, with the client that it says it is", async () => {
    await using gateway = await openTestGateway();
    const { client_id } = await register(gateway.browser(), { token_endpoint_auth_method: "client_secret_post" });
    const form = { grant_type: "authorization_code", client_id, client_secret: "canary-secret", code: "canary-code" };
    await gateway.browser().post("/token?canary=query").type("form").send(form).expect(401);
    expect(await lastLine(gateway, 2)).toEqual({
      ...anyLine,
      ...{
        time: expect.any(String),
        level: "info",
        event: "request",
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      ...{ method: "POST", path: "/token", status: 401, error: "invalid_client", clientId: client_id },
    });
    expect(gateway.log.join("")).not.toContain("canary");
  });

  test.each([
    ["that was deleted, by its id", `client_${"a".repeat(22)}`, `client_${"a".repeat(22)}`],
    ["that is a secret by mistake, not at all", "canary-of-a-client", undefined],
  ])("a client that is unknown: one %s", async (_what, client_id, clientId) => {
    await using gateway = await openTestGateway();
    await refresh(gateway.browser(), client_id, "canary-token").expect(401);
    await gateway.browser().get(authorizationQuery(client_id)).expect(400);
    for (const line of await requestLines(gateway, 2)) expect(line.clientId).toBe(clientId);
    expect(gateway.log.join("")).not.toContain("canary");
  });

  test("a registration that asks for what is not served: 400", async () => {
    await using gateway = await openTestGateway();
    const metadata = { redirect_uris: [redirectUri, "canary:x"], client_name: "canary" };
    await gateway.browser().post("/register").send(metadata).expect(400);
    expect(await lastLine(gateway)).toMatchObject({
      level: "info",
      path: "/register",
      status: 400,
      error: "invalid_redirect_uri",
    });
    expect(gateway.log.join("")).not.toContain("canary");
  });

  test("one too many: 429", async () => {
    await using gateway = await openTestGateway({ registrationRateLimit: 1 });
    await register(gateway.browser());
    await gateway.browser().post("/register").send({}).expect(429);
    expect(await lastLine(gateway, 2)).toMatchObject({ level: "info", status: 429, error: "too_many_requests" });
  });

  test("the configuration of another client: 401, and no id in the path", async () => {
    await using gateway = await openTestGateway();
    const { client_id } = await register(gateway.browser());
    await gateway.browser().get(`/register/${client_id}`).set("Authorization", "Bearer canary-token").expect(401);
    const line = await lastLine(gateway, 2);
    expect(line).toMatchObject({ path: "/register/…", status: 401, error: "invalid_token", clientId: client_id });
  });

  test("an error that the client is told by a redirect", async () => {
    await using gateway = await openTestGateway();
    const { client_id } = await register(gateway.browser());
    const broken = authorizationQuery(client_id, { code_challenge: undefined, state: "canary-state" });
    await gateway.browser().get(broken).expect(303);
    const line = await lastLine(gateway, 2);
    expect(line).toMatchObject({
      level: "info",
      path: "/authorize",
      status: 303,
      error: "invalid_request",
      clientId: client_id,
    });
  });

  test("a person who says no: the redirect that tells the client", async () => {
    await using gateway = await openTestGateway();
    const browser = gateway.browser();
    const { client_id } = await register(browser);
    const { text } = await follow(browser, authorizationQuery(client_id));
    const signedIn = await pressLogin(browser, text);
    const page = await follow(browser, pathOf(signedIn.headers.location as string));
    const before = (await requestLines(gateway, 1)).length;
    await pressConsent(browser, page.text, { decision: "deny" }).expect(303);
    const line = await lastLine(gateway, before + 1);
    expect(line).toMatchObject({
      level: "info",
      path: "/consent",
      status: 303,
      error: "access_denied",
      clientId: client_id,
    });
  });

  test("an address where nothing is: its words alone", async () => {
    await using gateway = await openTestGateway();
    await gateway.browser().get("/oauth/token/CanaryOfAPath").expect(404);
    expect(await lastLine(gateway)).toMatchObject({
      level: "info",
      path: "/oauth/token/…",
      status: 404,
      error: "not_found",
    });
  });
});

describe("the id of a request", () => {
  test("is its own where that fits a log, in every line and on the answer", async () => {
    await using gateway = await openTestGateway();
    const answer = await gateway.browser().get("/login?request=none").set("X-Request-Id", "client-7");
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers["x-request-id"]).toBe("client-7");
    await requestLines(gateway, 1);
    const ids = gateway.log.map((line) => (JSON.parse(line) as { requestId?: string }).requestId);
    expect(ids).toEqual(["client-7", "client-7"]); // the page that was shown, and the request
  });

  test("is made where it came with what fits none", async () => {
    await using gateway = await openTestGateway();
    const { headers } = await gateway.browser().get("/jwks").set("X-Request-Id", "canary of a client");
    const [line] = await requestLines(gateway, 1);
    expect(headers["x-request-id"]).toBe(line?.requestId);
    expect(gateway.log.join("")).not.toContain("canary");
  });
});

describe("a line at debug alone", () => {
  test("of what went well: from registration to token, with the client where it shows itself", async () => {
    await using gateway = await openTestGateway();
    const { client } = await connect(gateway.browser());
    const lines = await requestLines(gateway, 7);
    expect(lines.filter(({ level }) => level !== "debug")).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ path: "/token", status: 200, clientId: client.client_id });
  });

  test("of a device that waits for its person: it asks every few seconds", async () => {
    await using gateway = await openTestGateway();
    const browser = gateway.browser();
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    const { client_id } = await register(browser, { grant_types: [grant_type] });
    const asked = await browser
      .post("/device_authorization")
      .type("form")
      .send({ client_id, resource: "http://localhost:8080/mcp-time/mcp" });
    const { device_code } = asked.body as { device_code: string };
    await browser.post("/token").type("form").send({ grant_type, client_id, device_code }).expect(400);
    expect(await lastLine(gateway, 3)).toMatchObject({ level: "debug", status: 400, error: "authorization_pending" });
  });
});

test("who leaves before the answer is told apart", async () => {
  await using gateway = await openTestGateway();
  const asked = once(gateway.server, "request");
  const socket = connectTo(portOf(gateway), "127.0.0.1");
  const head = ["POST /token HTTP/1.1", "Host: localhost:8080", "Content-Length: 9"];
  socket.write([...head, "Content-Type: application/x-www-form-urlencoded", "", "a="].join("\r\n"));
  await asked;
  socket.destroy();
  expect(await lastLine(gateway)).toMatchObject({ path: "/token", isWhole: false });
});
