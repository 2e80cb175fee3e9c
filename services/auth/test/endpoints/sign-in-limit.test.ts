import { describe, expect, test } from "@jest/globals";
import { openTestGateway, type TestGateway } from "../fixtures/gateway.ts";
import { authorizationQuery, hiddenFields, obtainRedirect, register } from "../fixtures/person.ts";

/** One authorization request of a new browser, from an address behind the edge; what a client claims stands before it. */
async function authorize({ browser }: TestGateway, path: string, address: string) {
  return await browser().get(path).set("X-Forwarded-For", `9.9.9.9, ${address}`);
}

describe("what strangers make us keep while they might sign in", () => {
  test("is limited per address, whatever it claims; those who have begun go on", async () => {
    await using gateway = await openTestGateway({ signInRateLimit: 2 });
    const browser = gateway.browser();
    const { client_id } = await register(browser);
    const path = authorizationQuery(client_id);
    const redirect = await obtainRedirect(browser, path);
    expect(redirect.searchParams.get("code")).not.toBeNull();

    const statuses: number[] = [];
    for (let times = 0; times < 3; times += 1) statuses.push((await authorize(gateway, path, "192.0.2.1")).status);
    expect(statuses).toEqual([303, 303, 429]);
    const refused = await authorize(gateway, path, "192.0.2.1");
    expect(refused.headers["content-type"]).toMatch(/^text\/html/);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await authorize(gateway, path, "192.0.2.2")).status).toBe(303);
  });

  test("is limited for all addresses together", async () => {
    await using gateway = await openTestGateway({ signInRateLimit: 1 });
    const { client_id } = await register(gateway.browser());
    const statuses: number[] = [];
    for (let host = 1; host <= 12; host += 1) {
      statuses.push((await authorize(gateway, authorizationQuery(client_id), `192.0.2.${host}`)).status);
    }
    expect(statuses.filter((status) => status === 303)).toHaveLength(10);
  });

  test("is not used up by requests that are refused, and keep nothing", async () => {
    await using gateway = await openTestGateway({ signInRateLimit: 1 });
    const { client_id } = await register(gateway.browser());
    for (const change of [
      { client_id: "nobody" },
      { redirect_uri: "https://evil.example/" },
      { code_challenge: "x" },
    ]) {
      expect((await authorize(gateway, authorizationQuery(client_id, change), "192.0.2.1")).status).not.toBe(429);
    }
    expect((await authorize(gateway, authorizationQuery(client_id), "192.0.2.1")).status).toBe(303);
  });

  test.each(["/account", "/account/tokens", "/device"])(
    "counts a visit of %s by who is not signed in",
    async (path) => {
      await using gateway = await openTestGateway({ signInRateLimit: 1 });
      expect((await gateway.browser().get(path)).status).toBe(303);
      expect((await gateway.browser().get(path)).status).toBe(429);
    },
  );

  test("is one limit, wherever a sign-in begins", async () => {
    await using gateway = await openTestGateway({ signInRateLimit: 1 });
    const { client_id } = await register(gateway.browser());
    expect((await gateway.browser().get("/device")).status).toBe(303);
    expect((await gateway.browser().get(authorizationQuery(client_id))).status).toBe(429);
  });

  test("does not count a visit of who is signed in", async () => {
    await using gateway = await openTestGateway({ signInRateLimit: 1 });
    const browser = gateway.browser();
    const { client_id } = await register(browser);
    await obtainRedirect(browser, authorizationQuery(client_id));
    for (const path of ["/account", "/account/tokens", "/device"]) await browser.get(path).expect(200);
  });

  test("counts sign-ins that no client asked for too", async () => {
    await using gateway = await openTestGateway({ signInRateLimit: 1 });
    const browser = gateway.browser();
    const signIn = async () => {
      const { text } = await browser.get("/login").expect(200);
      const form = { ...hiddenFields(text, 'value="local"'), username: "alice" };
      return (await browser.post("/login").type("form").send(form)).status;
    };
    expect([await signIn(), await signIn()]).toEqual([303, 429]);
  });
});
