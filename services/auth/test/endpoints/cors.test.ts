import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openTestGateway, type TestGateway } from "../fixtures/gateway.ts";
import { connect, signIn } from "../fixtures/person.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const origin = "https://app.example";
const corsNames = (headers: object) => Object.keys(headers).filter((name) => name.startsWith("access-control-"));

describe("who may call from a page of another origin (oauth-wire 11)", () => {
  test.each(["/authorize", "/login", "/consent", "/device", "/account", "/introspect"])(
    "nobody: %s, by whatever method, and no cache keeps the answer",
    async (path) => {
      for (const method of ["get", "post", "options"] as const) {
        const { headers } = await gateway.browser()[method](path).set("Origin", origin);
        expect(corsNames(headers)).toEqual([]);
        expect(headers["cache-control"]).toBe("no-store");
      }
    },
  );

  test.each(["/register", "/token", "/revoke", "/device_authorization"])(
    "anybody, without credentials: %s, whose errors can be read",
    async (path) => {
      const { headers } = await gateway.browser().post(path).set("Origin", origin).type("form").send({ a: "b" });
      expect(headers).toMatchObject({
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "WWW-Authenticate, Retry-After",
        "cache-control": "no-store",
        pragma: "no-cache",
      });
      expect(headers).not.toHaveProperty("access-control-allow-credentials");
    },
  );

  test.each(["/register", "/token", "/revoke", "/device_authorization"])(
    "the preflight of %s comes before any authentication",
    async (path) => {
      const { headers } = await gateway.browser().options(path).set("Origin", origin).expect(204);
      expect(headers).toMatchObject({
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "POST, OPTIONS",
        "access-control-allow-headers": "MCP-Protocol-Version, Authorization, Content-Type, Accept",
        "access-control-max-age": "7200",
      });
    },
  );

  test("a cookie proves nothing there", async () => {
    const browser = gateway.browser();
    const { client, tokens } = await connect(browser, { token_endpoint_auth_method: "none" });
    await signIn(browser);
    await browser.get(`/register/${client.client_id}`).expect(401);
    await browser.post("/revoke").type("form").send({ token: tokens.refresh_token }).expect(401);
    await browser.post("/introspect").type("form").send({ token: tokens.access_token }).expect(401);
    expect(await gateway.ports.store.grants.list()).toHaveLength(1);
  });
});
