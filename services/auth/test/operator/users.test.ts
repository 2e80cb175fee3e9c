import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { grantOf } from "../fixtures/grant.ts";
import { openOperator } from "../fixtures/operator.ts";

let auth: Awaited<ReturnType<typeof openOperator>>;
beforeEach(async () => {
  auth = await openOperator();
});
afterEach(() => auth[Symbol.asyncDispose]());

const personal = { clientId: "personal-access-token", name: "for cron" };
const ofProvider = { issuer: "https://id.example", subject: "canary-subject", email: "carol@mydomain.dev" };

/** Keeps a grant that another one of this test comes after. */
const keep = (id: string, seconds: number, more: Parameters<typeof grantOf>[2] = {}) =>
  auth.store.grants.create(grantOf(id, auth.now + seconds, more), undefined);

describe("the operator's users", () => {
  test("are none while nobody gave a token", async () => {
    expect((await auth.ask.get("/users").expect(200)).body).toEqual({ total: 0, users: [] });
  });

  test("a limit that is none is refused", async () => {
    await auth.ask.get("/users?limit=0").expect(400);
  });

  test("are listed once, with their provider, clients, servers and times", async () => {
    const user = { sub: "gh|7", login: "bob" };
    await keep("one", -50, { user });
    await keep("two", -40, { user, clientId: "client_2" });
    await keep("three", -30, { user: { ...user, login: "bobby" }, clientId: "client_2" });
    await keep("four", -45, { user, ...personal });
    expect((await auth.ask.get("/users").expect(200)).body.users).toEqual([
      {
        ...{ sub: "gh|7", user: "bobby", provider: "github", servers: ["mcp-memory"] },
        ...{ clients: 2, personal: 1, tokens: 4, since: auth.now - 50, last_sign_in_at: auth.now - 30 },
      },
    ]);
  });

  test("of an OpenID provider have the address that it verified, and not the provider's own id", async () => {
    await keep("one", 0, { user: { sub: "oidc|digest", login: "Carol", openId: ofProvider } });
    const { body, text } = await auth.ask.get("/users").expect(200);
    expect(body.users).toMatchObject([{ provider: "oidc", email: ofProvider.email }]);
    expect(text).not.toContain("canary");
  });

  test("are gone with their last token", async () => {
    await keep("one", -1);
    await keep("other", 0, { user: { sub: "gh|7", login: "bob" } });
    await auth.ask.delete("/tokens?user=alice").expect(200);
    expect((await auth.ask.get("/users").expect(200)).body).toMatchObject({ total: 1, users: [{ sub: "gh|7" }] });
  });
});
