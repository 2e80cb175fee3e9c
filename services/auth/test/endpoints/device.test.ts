import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Browser, issuer, memoryUrl, openTestGateway, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import { follow, hiddenFields, pathOf, pressLogin, register, signIn } from "../fixtures/person.ts";

const deviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";
const metadata = { redirect_uris: [], grant_types: [deviceCodeGrant, "refresh_token"], client_name: "Television" };

interface DeviceAnswer {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri_complete: string;
}

describe("the device flow (RFC 8628)", () => {
  let gateway: TestGateway;
  let browser: Browser;
  let clientId: string;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  beforeEach(async () => {
    browser = gateway.browser();
    clientId = (await register(browser, metadata)).client_id;
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const ask = (form: object = {}) =>
    browser
      .post("/device_authorization")
      .type("form")
      .send({ client_id: clientId, resource: timeUrl, ...form });
  const begin = async (form: object = {}): Promise<DeviceAnswer> => (await ask(form).expect(200)).body;
  const poll = ({ device_code }: DeviceAnswer, form: object = {}) =>
    browser
      .post("/token")
      .type("form")
      .send({ grant_type: deviceCodeGrant, client_id: clientId, device_code, ...form });
  const expectError = async (device: DeviceAnswer, error: string) =>
    expect((await poll(device).expect(400)).body.error).toBe(error);
  const enter = async (code: string, person = browser) => {
    const { text } = await follow(person, "/device");
    return person
      .post("/device")
      .type("form")
      .send({ ...hiddenFields(text), user_code: code });
  };
  const press = (page: string, decision: string, fields: object = {}, person = browser) =>
    person
      .post("/device/consent")
      .type("form")
      .send({ ...hiddenFields(page, "/device/consent"), decision, ...fields });

  describe("the device authorization endpoint", () => {
    test("answers with both codes and where to enter one (RFC 8628 3.2)", async () => {
      const { body, headers } = await ask().expect(200);
      const userCode = expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
      expect(body).toEqual({
        device_code: expect.stringMatching(/^[\w-]{43}$/),
        user_code: userCode,
        verification_uri: `${issuer}/device`,
        verification_uri_complete: `${issuer}/device?user_code=${body.user_code}`,
        expires_in: 600,
        interval: 5,
      });
      expect(headers).toMatchObject({ "cache-control": "no-store", "access-control-allow-origin": "*" });
    });

    test.each([
      ["an unknown client", { client_id: "client_unknown" }, 401, "invalid_client"],
      ["an unknown server", { resource: "https://evil.example/mcp" }, 400, "invalid_target"],
      ["two servers", { resource: [timeUrl, memoryUrl] }, 400, "invalid_target"],
      ["a parameter twice", { scope: ["mcp", "mcp"] }, 400, "invalid_request"],
    ])("refuses %s", async (_what, form, status, error) => {
      const sent = new URLSearchParams();
      for (const [name, value] of Object.entries({ client_id: clientId, ...form }))
        for (const one of [value].flat()) sent.append(name, one);
      const answer = await browser.post("/device_authorization").type("form").send(sent.toString()).expect(status);
      expect(answer.body.error).toBe(error);
    });

    test("refuses an unknown scope where strictScope is set, and ignores it elsewhere", async () => {
      await using strict = await openTestGateway({}, { strictScope: true });
      const other = strict.browser();
      const { client_id } = await register(other, metadata);
      const send = (scope: string) => other.post("/device_authorization").type("form").send({ client_id, scope });
      expect((await send("mcp nonsense").expect(400)).body.error).toBe("invalid_scope");
      await send("mcp").expect(200);
      await ask({ scope: "mcp nonsense" }).expect(200);
    });

    test("refuses a client that is not registered for it", async () => {
      const other = await register(browser);
      expect((await ask({ client_id: other.client_id }).expect(400)).body.error).toBe("unauthorized_client");
    });

    test("refuses a confidential client that does not prove itself (RFC 8628 3.1)", async () => {
      const method = { token_endpoint_auth_method: "client_secret_post" };
      const { client_id, client_secret } = await register(browser, { ...metadata, ...method });
      expect((await ask({ client_id }).expect(401)).body.error).toBe("invalid_client");
      await ask({ client_id, client_secret }).expect(200);
    });

    test("is limited by address", async () => {
      await using limited = await openTestGateway({ deviceRateLimit: 1 });
      const other = limited.browser();
      const { client_id } = await register(other, metadata);
      const send = () => other.post("/device_authorization").type("form").send({ client_id, resource: timeUrl });
      await send().expect(200);
      const answer = await send().expect(429);
      expect(answer.headers["retry-after"]).toBeDefined();
      expect(answer.body.error).toBe("too_many_requests");
    });
  });

  describe("polling", () => {
    test("is pending, then gives tokens for the server once, then is dead", async () => {
      const device = await begin();
      await expectError(device, "authorization_pending");
      await signIn(browser);
      await press((await enter(device.user_code)).text, "allow").expect(200);
      gateway.advance(5);
      const { body } = await poll(device).expect(200);
      expect(body).toEqual({
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        token_type: "Bearer",
        expires_in: 3600,
        scope: "mcp",
      });
      const claims = JSON.parse(Buffer.from(body.access_token.split(".")[1], "base64url").toString());
      expect(claims).toMatchObject({ aud: timeUrl, sub: "local|alice", client_id: clientId });
      gateway.advance(5);
      await expectError(device, "invalid_grant");
    });

    test("faster than the interval is slow_down, and 5 s more for good (RFC 8628 3.5)", async () => {
      const device = await begin();
      await expectError(device, "authorization_pending");
      gateway.advance(2);
      await expectError(device, "slow_down");
      gateway.advance(6);
      await expectError(device, "slow_down");
      gateway.advance(16);
      await expectError(device, "authorization_pending");
    });

    test("after a refusal is access_denied, after ten minutes expired_token", async () => {
      const [refused, late] = [await begin(), await begin()];
      await signIn(browser);
      expect((await press((await enter(refused.user_code)).text, "deny").expect(200)).text).toContain("Device refused");
      await expectError(refused, "access_denied");
      gateway.advance(600);
      await expectError(late, "expired_token");
    });

    test("with another client, or for another server, gives nothing", async () => {
      const device = await begin();
      await signIn(browser);
      await press((await enter(device.user_code)).text, "allow").expect(200);
      const other = await register(browser, metadata);
      expect((await poll(device, { client_id: other.client_id }).expect(400)).body.error).toBe("invalid_grant");
      expect((await poll(device, { resource: memoryUrl }).expect(400)).body.error).toBe("invalid_target");
    });

    test.each([
      ["no device code", { device_code: "" }, "invalid_request"],
      ["an unknown one", { device_code: "x" }, "invalid_grant"],
    ])("with %s is %s", async (_what, form, error) => {
      expect((await poll(await begin(), form).expect(400)).body.error).toBe(error);
    });
  });

  describe("the page", () => {
    test("asks for sign-in first, then for the code also where the link brought it, and GET approves nothing", async () => {
      const device = await begin();
      const link = pathOf(device.verification_uri_complete);
      const login = await follow(browser, link);
      expect(login.text).toContain("<h1>Sign in</h1>");
      const signedIn = await pressLogin(browser, login.text).expect(303);
      expect(pathOf(signedIn.headers.location as string)).toBe(link);
      const page = await follow(browser, link);
      expect(page.text).toContain(`value="${device.user_code}"`);
      expect(page.text).not.toContain("Television");
      await expectError(device, "authorization_pending");
    });

    test("names client, server, code and account, and warns of a device that is somebody else's", async () => {
      const device = await begin();
      await signIn(browser);
      const { text, status, headers } = await enter(device.user_code.toLowerCase().replace("-", " "));
      expect(status).toBe(200);
      for (const part of ["Television", "unverified", timeUrl, device.user_code, "alice", "on your own device"])
        expect(text).toContain(part);
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-frame-options": "DENY" });
    });

    test("offers the servers of this person where the device named none", async () => {
      const device = await begin({ resource: "" });
      await signIn(browser, "bob");
      const { text } = await enter(device.user_code);
      expect(text).toContain(`value="${timeUrl}"`);
      expect(text).not.toContain(memoryUrl);
      await press(text, "allow").expect(400);
      await press(text, "allow", { resource: memoryUrl }).expect(400);
      await press(text, "allow", { resource: timeUrl }).expect(200);
      await poll(device).expect(200);
    });

    test("refuses a server that this person may not use, and the device goes on waiting", async () => {
      const device = await begin({ resource: memoryUrl });
      await signIn(browser, "bob");
      expect((await enter(device.user_code)).status).toBe(403);
      await expectError(device, "authorization_pending");
    });

    test("a code that no device waits for is said so; after five of them none is looked up (security.md 19)", async () => {
      await using other = await openTestGateway();
      browser = other.browser();
      clientId = (await register(browser, metadata)).client_id;
      const device = await begin();
      const guesser = other.browser();
      await signIn(guesser, "bob");
      for (const code of ["BBBB-BBBB", "CCCC-CCCC", "x", "", "DDDD-DDDD"]) {
        const answer = await enter(code, guesser);
        expect(answer.status).toBe(400);
        expect(answer.text).toContain("No device waits for this code");
      }
      const answer = await enter(device.user_code, guesser);
      expect(answer.status).toBe(429);
      expect(answer.text).toContain("Too many wrong codes");
      await signIn(browser);
      expect((await enter(device.user_code)).status).toBe(200);
    });

    test("many wrong codes at once are counted as many; right ones are not counted", async () => {
      await using other = await openTestGateway();
      const rusher = other.browser();
      await signIn(rusher);
      const { text } = await follow(rusher, "/device");
      const send = (user_code: string) =>
        rusher
          .post("/device")
          .type("form")
          .send({ ...hiddenFields(text), user_code });
      const answers = await Promise.all(Array.from({ length: 12 }, () => send("BBBB-BBBB")));
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
      await signIn(browser);
      for (let times = 0; times < 7; times += 1) expect((await enter((await begin()).user_code)).status).toBe(200);
    });

    test("a decision counts once, and only from the page of that very code", async () => {
      const [device, other] = [await begin(), await begin()];
      await signIn(browser);
      const { text } = await enter(device.user_code);
      await press(text, "allow", { user_code: other.user_code }).expect(403);
      await press(text, "allow", { csrf: "x" }).expect(403);
      await press(text, "allow").set("Sec-Fetch-Site", "cross-site").expect(403);
      const stranger = gateway.browser();
      await signIn(stranger);
      await press(text, "allow", {}, stranger).expect(403);
      await press(text, "allow").expect(200);
      await press(text, "deny").expect(400);
      await poll(device).expect(200);
      await expectError(other, "authorization_pending");
    });

    test("a form without a session is refused", async () => {
      await gateway.browser().post("/device").type("form").send({ user_code: "BBBB-BBBB" }).expect(403);
      await gateway.browser().post("/device/consent").type("form").send({ decision: "allow" }).expect(403);
    });
  });
});
