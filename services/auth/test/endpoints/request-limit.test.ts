import { describe, expect, test } from "@jest/globals";
import { openTestGateway, redirectUri } from "../fixtures/gateway.ts";

describe("requests to pages and endpoints", () => {
  test.each([
    ["get", "/account"],
    ["get", "/device"],
    ["get", "/login"],
    ["get", "/consent"],
    ["get", "/error"],
    ["get", "/success"],
    ["get", "/register/client_unknown"],
    ["post", "/register"],
    ["post", "/token"],
    ["post", "/revoke"],
    ["post", "/introspect"],
    ["post", "/device_authorization"],
  ] as const)("are limited per address: %s %s", async (method, path) => {
    await using gateway = await openTestGateway({ requestRateLimit: 1 });
    const ask = (address: string) => gateway.browser()[method](path).set("X-Forwarded-For", address);
    expect((await ask("192.0.2.1")).status).not.toBe(429);
    const refused = await ask("192.0.2.1");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await ask("192.0.2.2")).status).not.toBe(429);
  });

  test("are told to a person on a page, and to a client as JSON that a browser's script may read", async () => {
    await using gateway = await openTestGateway({ requestRateLimit: 1 });
    await gateway.browser().get("/error");
    const page = await gateway.browser().get("/account").expect(429);
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    const answer = await gateway.browser().post("/token").expect(429);
    expect(answer.body).toEqual({ error: "too_many_requests", error_description: expect.any(String) });
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
  });

  test("are limited for all addresses together, as often as the operator says", async () => {
    await using gateway = await openTestGateway({ registrationRateLimit: 1, globalRateFactor: 3 });
    const statuses: number[] = [];
    for (let host = 1; host <= 5; host += 1) {
      const request = gateway.browser().post("/register").set("X-Forwarded-For", `192.0.2.${host}`);
      statuses.push((await request.send({ redirect_uris: [redirectUri] })).status);
    }
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
  });

  test("do not count public documents, which caches and proxies ask for", async () => {
    await using gateway = await openTestGateway({ requestRateLimit: 1 });
    for (const path of ["/jwks", "/.well-known/oauth-authorization-server", "/jwks"])
      await gateway
        .browser()
        .get(path)
        .expect(({ status }) => expect(status).not.toBe(429));
    await gateway.browser().get("/jwks").expect(200);
  });
});
