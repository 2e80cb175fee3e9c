import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { checkAccessToken, parseToken } from "../../src/domain/access-token.ts";
import { type Browser, issuer, memoryUrl, openTestGateway, type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import { connect, follow, hiddenFields, pressLogin, signIn } from "../fixtures/person.ts";

let gateway: TestGateway;
let browser: Browser;
beforeAll(async () => {
  gateway = await openTestGateway();
});
beforeEach(() => {
  browser = gateway.browser();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const post = (path: string, form: object, by = browser) => by.post(path).type("form").send(form);
const refresh = ({ client, tokens }: Awaited<ReturnType<typeof connect>>) =>
  post("/token", {
    grant_type: "refresh_token",
    refresh_token: tokens.refresh_token,
    client_id: client.client_id,
  });
const formOf = async (path: string, marker: string, by = browser) =>
  hiddenFields((await by.get(path).expect(200)).text, marker);

describe("the account page", () => {
  test.each(["/account", "/account/tokens"])("%s asks for sign-in, and comes back to it", async (path) => {
    const { text } = await follow(browser, path);
    expect(text).toContain("<h1>Sign in</h1>");
    const answer = await pressLogin(browser, text).expect(303);
    expect(answer.headers.location).toBe(path);
  });

  test("lists what may be used in one's name by whom, and nothing of another person", async () => {
    await connect(browser, { client_name: "Inspector <1>" });
    const { text } = await browser.get("/account").expect(200);
    expect(text).toContain("Inspector &lt;1&gt;");
    expect(text).toContain("<h2>mcp-time</h2>");
    const other = gateway.browser();
    await signIn(other, "bob");
    expect((await other.get("/account").expect(200)).text).toContain("None so far.");
  });

  test("revokes one of them, and the client is told at its next refresh", async () => {
    await signIn(browser);
    await post("/account/sign-out-everywhere", await formOf("/account", "/account/sign-out-everywhere"));
    const [first, second] = [await connect(browser), await connect(browser)];
    const form = await formOf("/account", "/account/revoke");
    await post("/account/revoke", form).expect(303).expect("Location", "/account");
    expect((await refresh(first).expect(400)).body.error).toBe("invalid_grant");
    await refresh(second).expect(200);
    expect((await post("/account/revoke", form).expect(400)).text).toContain("has ended already");
  });

  test("another person's access cannot be revoked there", async () => {
    const theirs = await connect(browser);
    const { grant } = await formOf("/account", "/account/revoke");
    const other = gateway.browser();
    await signIn(other, "bob");
    const { csrf } = await formOf("/account", "/account/sign-out-everywhere", other);
    await post("/account/revoke", { csrf, grant }, other).expect(400);
    await refresh(theirs).expect(200);
  });

  test("signing out everywhere ends every session, grant and consent of that person alone", async () => {
    const connection = await connect(browser);
    const [elsewhere, bob] = [gateway.browser(), gateway.browser()];
    await signIn(elsewhere);
    await signIn(bob, "bob");
    await post("/account/sign-out-everywhere", await formOf("/account", "/account/sign-out-everywhere")).expect(303);
    for (const ours of [browser, elsewhere]) expect((await follow(ours, "/account")).text).toContain("Sign in");
    expect((await refresh(connection).expect(400)).body.error).toBe("invalid_grant");
    expect((await follow(bob, "/account")).text).toContain("signed in as <strong>bob</strong>");
  });

  test.each(["/account/revoke", "/account/sign-out-everywhere", "/account/tokens"])(
    "a forged form to %s does nothing",
    async (path) => {
      const connection = await connect(browser);
      const { grant } = await formOf("/account", "/account/revoke");
      await post(path, { grant, csrf: "x" }).expect(403);
      const good = await formOf("/account", path);
      await post(path, { ...good, grant })
        .set("Sec-Fetch-Site", "cross-site")
        .expect(403);
      await post(path, { grant }, gateway.browser()).expect(403);
      await refresh(connection).expect(200);
    },
  );
});

describe("personal access tokens", () => {
  const asked = { name: "nightly report", resource: timeUrl, days: "30" };
  const make = async (change: object = {}) =>
    post("/account/tokens", { ...(await formOf("/account/tokens", '"/account/tokens"')), ...asked, ...change });
  const tokenOn = (page: string) => /<pre class="code" tabindex="0">([^<]+)<\/pre>/.exec(page)?.[1] ?? "";
  const claimsOf = (token: string) => {
    const { keys, clock } = gateway.ports;
    const parsed = parseToken(token);
    const checked = parsed && checkAccessToken(parsed, { keys, issuer, now: clock() });
    return checked?.ok ? checked.value : undefined;
  };

  test("is an access token for one server, of a grant of its own, that lives as long as was chosen", async () => {
    await signIn(browser);
    const answer = await make();
    expect(answer.status).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const claims = claimsOf(tokenOn(answer.text));
    expect(claims).toMatchObject({ aud: timeUrl, sub: "local|alice", client_id: "personal-access-token" });
    expect((claims?.exp ?? 0) - (claims?.iat ?? 0)).toBe(30 * 86_400);
    const grant = await gateway.ports.store.grants.find(claims?.sid ?? "");
    expect(grant).toMatchObject({ name: "nightly report", resource: timeUrl });
  });

  test("is shown once: the list has its name, its server and its end, and the log has no part of it", async () => {
    await signIn(browser);
    const token = tokenOn((await make({ name: "only once" })).text);
    const { text } = await browser.get("/account/tokens").expect(200);
    expect(text).toContain("only once (mcp-time)");
    expect(text).not.toContain(token);
    expect(gateway.log.join("\n")).not.toContain(token.split(".")[2]);
  });

  test("is revoked from the list", async () => {
    await signIn(browser, "bob");
    const sid = claimsOf(tokenOn((await make()).text))?.sid ?? "";
    const form = await formOf("/account/tokens", "/account/revoke");
    expect(form.grant).toBe(sid);
    await post("/account/revoke", form).expect(303).expect("Location", "/account/tokens");
    expect(await gateway.ports.store.grants.find(sid)).toBeUndefined();
  });

  test("ends with signing out everywhere", async () => {
    await signIn(browser);
    const sid = claimsOf(tokenOn((await make()).text))?.sid ?? "";
    await post("/account/sign-out-everywhere", await formOf("/account", "/account/sign-out-everywhere")).expect(303);
    expect(await gateway.ports.store.grants.find(sid)).toBeUndefined();
  });

  test.each([
    ["without a name", { name: " \u202e " }],
    ["for no server", { resource: "" }],
    ["for a server that is not here", { resource: "https://evil.example/mcp" }],
    ["for a server that this person may not use", { resource: memoryUrl }],
    ["for another time than is offered", { days: "3650" }],
    ["for no time", { days: "" }],
  ])("is not made %s", async (_what, change) => {
    await signIn(browser, "bob");
    const answer = await make(change);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('role="alert"');
    expect(tokenOn(answer.text)).toBe("");
  });

  test("can be limited to some tools, which its grant and the list have", async () => {
    await signIn(browser);
    const { text } = await make({ name: "two tools", tools: " read_*\r\n\r\nadd, read_*" });
    expect(text).toContain("for these tools: <strong>add, read_*</strong>");
    const grant = await gateway.ports.store.grants.find(claimsOf(tokenOn(text))?.sid ?? "");
    expect(grant?.tools).toEqual(["add", "read_*"]);
    expect((await browser.get("/account/tokens")).text).toContain("only add, read_*");
  });

  test.each([
    ["for a server that nothing holds to them, with the reason", { resource: memoryUrl, tools: "add" }, "speaks HTTP"],
    ["of which none is named", { tools: ", ," }, "one a line"],
    ["that are too many", { tools: Array.from({ length: 31 }, (_, index) => `t${index}`).join("\n") }, "at most 30"],
    ["whose names are too long", { tools: "t".repeat(1_025) }, "1024 characters"],
    ["with control characters in a name", { tools: "a\u0000b" }, "one a line"],
  ])("is not made with tools %s", async (_what, change, reason) => {
    await signIn(browser);
    const answer = await make(change);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(reason);
    expect(tokenOn(answer.text)).toBe("");
  });

  test("tools are offered only where a server can be held to them, and those that cannot are named", async () => {
    await signIn(browser);
    const { text } = await browser.get("/account/tokens").expect(200);
    expect(text).toContain("Not for mcp-memory");
    const servers = gateway.ports.resourceServers.servers.map(({ limitsTools: _, ...server }) => server);
    await using without = await openTestGateway({}, { servers });
    const other = without.browser();
    await signIn(other);
    expect((await other.get("/account/tokens").expect(200)).text).not.toContain("textarea");
  });

  test("the fifty-first is not made", async () => {
    await using full = await openTestGateway();
    browser = full.browser();
    await signIn(browser, "bob");
    const { grants } = full.ports.store;
    const user = { sub: "local|bob", login: "bob" };
    const times = { authTime: 0, createdAt: 0, expiresAt: 2_000_000_000 };
    for (const grantId of Array.from({ length: 50 }, (_, index) => `many-${index}`)) {
      const grant = { grantId, clientId: "personal-access-token", user, resource: timeUrl, scope: "mcp", ...times };
      await grants.create(grant, undefined);
    }
    expect((await make()).text).toContain("You have 50 tokens");
  });
});
