import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openTestGateway, type TestGateway, timeUrl } from "../fixtures/gateway.ts";

describe("pages", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await openTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test("the front page lists the servers and how to connect", async () => {
    const { text } = await gateway.browser().get("/").expect(200);
    for (const part of [
      timeUrl,
      `claude mcp add --transport http mcp-time ${timeUrl}`,
      `npx -y mcp-remote ${timeUrl}`,
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('<a href="/login">Sign in</a>');
  });

  test("style and icon are served, and no page has a script or inline style", async () => {
    const style = await gateway.browser().get("/assets/style.css").expect(200);
    expect(style.headers["content-type"]).toBe("text/css; charset=utf-8");
    await gateway
      .browser()
      .get("/assets/icon.svg")
      .expect(200)
      .expect("Content-Type", /^image\/svg/);
    for (const path of ["/", "/login", "/error", "/success"]) {
      expect((await gateway.browser().get(path)).text).not.toMatch(/<script|<style|style=|\son\w+=/);
    }
  });

  test.each([
    ["a known code in our words", "/error?error=access_denied&error_description=Call+555", "Access was denied"],
    ["an unknown code", "/error?error=%3Cscript%3E", "did not work"],
    ["nothing", "/error", "did not work"],
  ])("/error explains %s, and repeats no text of a link", async (_what, path, words) => {
    const { text } = await gateway.browser().get(path).expect(400);
    expect(text).toContain(words);
    expect(text).not.toMatch(/555|script/);
  });

  test.each([
    ["/success", 400],
    ["/success?code=Please+call+555", 400],
    ["/success?error=access_denied", 403],
    [`/success?code=${"a".repeat(43)}`, 200],
  ])("%s shows a code, and nothing else", async (path, status) => {
    const { text } = await gateway.browser().get(path).expect(status);
    expect(text).not.toContain("555");
  });

  test("a browser that comes to an address without anything sees a page that leads to the servers", async () => {
    const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    const { text, headers } = await gateway.browser().get("/account/nowhere").set("Accept", accept).expect(404);
    expect(text).toContain('<a href="/">All servers');
    expect(headers).toMatchObject({ vary: "Accept", "cache-control": "no-store" });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });

  test.each([["/nowhere"], ["/authorize/"], ["/TOKEN"], ["/%"], ["/%zz%00"], [`/${"x".repeat(5_000)}`]])(
    "%s is nothing",
    async (path) => {
      const { status, body } = await gateway.browser().get(path);
      expect([400, 404]).toContain(status);
      expect(body.error).toMatch(/^(not_found|invalid_request)$/);
    },
  );

  test("two cookies of one name are none: a neighbour may have planted one", async () => {
    const cookie = `gateway-browser=${"a".repeat(43)}; gateway-browser=${"b".repeat(43)}`;
    const { headers } = await gateway.browser().get("/login").set("Cookie", cookie).expect(200);
    expect(headers["set-cookie"]?.[0]).toMatch(/^gateway-browser=/);
  });

  test("an error page has a reference of its own, by which the log has what was shown", async () => {
    const referenceOf = async (path: string) => {
      const { text } = await gateway.browser().get(path);
      return `${/Reference: <[^>]*>([0-9a-f]{8})</.exec(text)?.[1]}`;
    };
    const [one, other] = [await referenceOf("/error?error=access_denied"), await referenceOf("/login?request=x")];
    expect(one).not.toBe(other);
    const lines = gateway.log.filter((line) => line.includes('"event":"error page shown"'));
    expect(lines.find((line) => line.includes(one))).toContain("Access was denied");
    expect(lines.find((line) => line.includes(other))).toContain("This sign-in is over");
  });

  test("a fault of ours says nothing about the inside", async () => {
    const broken = await openTestGateway();
    await using _closing = broken;
    (broken.ports.store as { browserSessions: unknown }).browserSessions = undefined;
    const browser = broken.browser();
    const answer = await browser
      .get("/")
      .set("Cookie", `gateway-session=${"a".repeat(43)}`)
      .expect(500);
    expect(answer.headers["content-type"]).toMatch(/html/);
    expect(answer.text).not.toMatch(/TypeError|undefined|\.ts/);
    expect(broken.log.join("\n")).toContain("request failed");
  });
});
