import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openTestGateway, type TestGateway } from "../fixtures/gateway.ts";
import { hiddenFields, pressLogin, signIn } from "../fixtures/person.ts";

describe("the local sign-in page", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test("says what it is, and has the first user's name filled in", async () => {
    const { text } = await gateway.browser().get("/login").expect(200);
    expect(text).toContain("anyone who can reach this machine's loopback can sign in");
    expect(text).toContain('name="username" value="alice"');
    expect(text).not.toContain("GitHub");
  });

  test.each(["mallory", "", "ALICE", "alice\u200b", "<script>"])(
    "refuses the name %j and stays on the page",
    async (username) => {
      const browser = gateway.browser();
      const { text } = await browser.get("/login");
      const answer = await pressLogin(browser, text, { username }).expect(403);
      expect(answer.text).toContain("may not sign in here");
      expect(answer.text).not.toContain("<script");
      expect((await browser.get("/")).text).toContain("You are not signed in");
    },
  );

  test("signs in, and the front page knows who it is; signing out forgets", async () => {
    const browser = gateway.browser();
    await signIn(browser);
    const { text } = await browser.get("/").expect(200);
    expect(text).toContain("Signed in as <strong>alice</strong>");
    await browser.post("/logout").type("form").send({ csrf: "x" }).expect(403);
    await browser.post("/logout").type("form").send(hiddenFields(text, "/logout")).expect(303);
    expect((await browser.get("/")).text).toContain("You are not signed in");
  });

  test("gives a new session id at every sign-in, and ends the old one", async () => {
    const browser = gateway.browser();
    const cookieOf = async () => {
      const { text } = await browser.get("/login");
      const answer = await pressLogin(browser, text).expect(303);
      return (answer.headers["set-cookie"] as unknown as string[]).find((cookie) =>
        cookie.startsWith("gateway-session="),
      );
    };
    const first = await cookieOf();
    const second = await cookieOf();
    expect(first).toMatch(/^gateway-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(second).not.toBe(first);
    const old = await gateway
      .browser()
      .get("/")
      .set("Cookie", first?.split(";")[0] ?? "");
    expect(old.text).toContain("You are not signed in");
  });

  test("a session ends after twelve hours", async () => {
    const browser = gateway.browser();
    await signIn(browser);
    gateway.advance(12 * 3_600);
    expect((await browser.get("/")).text).toContain("You are not signed in");
  });

  test("has no other way in", async () => {
    const browser = gateway.browser();
    const { text } = await browser.get("/login");
    await pressLogin(browser, text, { ...hiddenFields(text), action: "github" }).expect(400);
  });

  test("an unknown request is a page that says so", async () => {
    expect((await gateway.browser().get("/login?request=x").expect(400)).text).toContain("This sign-in is over");
  });
});

test("on https the cookies are bound to the host and secure", async () => {
  await using gateway = await openTestGateway({ issuer: "https://auth.example.com" });
  const { headers } = await gateway.browser().get("/login").expect(200);
  expect((headers["set-cookie"] as unknown as string[])[0]).toMatch(
    /^__Host-gateway-browser=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(headers["strict-transport-security"]).toBeDefined();
});
