import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { grantOf } from "../fixtures/grant.ts";
import { clientOf, openOperator } from "../fixtures/operator.ts";

let auth: Awaited<ReturnType<typeof openOperator>>;
beforeEach(async () => {
  auth = await openOperator();
  const { grants, clients } = auth.store;
  await clients.register(clientOf("client_1"));
  const refresh = { digest: "canary-digest", grantId: "grant-one", issuedAt: auth.now, expiresAt: auth.now + 60 };
  await grants.create(grantOf("grant-one", auth.now), refresh);
  const personal = { clientId: "personal-access-token", name: "for cron" };
  await grants.create(grantOf("grant-two", auth.now, personal), undefined);
  await grants.create(grantOf("other", auth.now, { user: { sub: "gh|7", login: "Bob" } }), undefined);
});
afterEach(() => auth[Symbol.asyncDispose]());

const idsLeft = async () => (await auth.store.grants.list()).map(({ grantId }) => grantId);

describe("the operator's tokens", () => {
  test("are listed with user, client and server, and without anything that opens something", async () => {
    const { body, text } = await auth.ask.get("/tokens").expect(200);
    expect(
      body.tokens.map(({ kind, name, user, server }: Record<string, string>) => [kind, name, user, server]),
    ).toEqual([
      ["client", "Name of client_1", "alice", "mcp-memory"],
      ["personal", "for cron", "alice", "mcp-memory"],
      ["client", "Name of client_1", "Bob", "mcp-memory"],
    ]);
    expect(text).not.toContain("canary");
  });

  test.each([["bob"], ["gh|7"]])("of one user are found by %s", async (user) => {
    const { body } = await auth.ask.get("/tokens").query({ user }).expect(200);
    expect(body.tokens.map(({ id }: { id: string }) => id)).toEqual(["other"]);
  });

  test.each([
    ["an id that nobody has", "absent", 404],
    ["a part that several have", "grant", 409],
  ])("%s is refused with what to do", async (_what, id, status) => {
    const { body } = await auth.ask.delete(`/tokens/${id}`).expect(status);
    expect(body.error).toMatch(/just tokens|Give more/);
    expect(await idsLeft()).toHaveLength(3);
  });

  test("one is shown, and revoked with its refresh token, by a part of its id", async () => {
    expect((await auth.ask.get("/tokens/-one").expect(200)).body.id).toBe("grant-one");
    expect((await auth.ask.delete("/tokens/-one").expect(200)).body).toEqual({ revoked: 1 });
    expect(await idsLeft()).toEqual(["grant-two", "other"]);
    expect(await auth.store.grants.ofRefreshToken("canary-digest")).toBeUndefined();
    expect(auth.log.join()).toContain("grant revoked by the operator");
  });

  test("of one user end together with the browser sessions", async () => {
    const user = { sub: "local|alice", login: "alice" };
    await auth.store.browserSessions.begin("k", { user, authTime: auth.now, expiresAt: auth.now + 60 });
    expect((await auth.ask.delete("/tokens").query({ user: "ALICE" }).expect(200)).body).toEqual({ revoked: 2 });
    expect(await idsLeft()).toEqual(["other"]);
    expect(await auth.store.browserSessions.find("k")).toBeUndefined();
  });

  test("of a user of whom nothing is known: 404", async () => {
    await auth.ask.delete("/tokens?user=nobody").expect(404);
  });

  test("all end when all are meant, and none when nothing is said", async () => {
    await auth.ask.delete("/tokens").expect(400);
    expect(await idsLeft()).toHaveLength(3);
    expect((await auth.ask.delete("/tokens?which=all").expect(200)).body).toEqual({ revoked: 3 });
    expect(await idsLeft()).toEqual([]);
  });
});

test("stats count clients, tokens, users and servers", async () => {
  const { body } = await auth.ask.get("/stats").expect(200);
  expect(body).toEqual({
    clients: { total: 1, used: 0, never_used: 1 },
    tokens: { total: 3, of_clients: 2, personal: 1 },
    users: 2,
    tokens_by_server: { "mcp-memory": 3 },
  });
});

test("a purge counts first, then drops, and is logged only then", async () => {
  await auth.store.grants.create(grantOf("short", auth.now, { expiresAt: auth.now + 5 }), undefined);
  auth.advance(6);
  const { body } = await auth.ask.post("/purge?dry_run=1").expect(200);
  expect(body).toEqual({ records: 1, memberships: 3, dry_run: true });
  expect(auth.log.join()).not.toContain("purged");
  expect((await auth.ask.post("/purge").expect(200)).body).toEqual({ ...body, dry_run: false });
  expect((await auth.ask.post("/purge?dry_run=1").expect(200)).body.records).toBe(0);
});

test("while the store is away an operator is told so, not that nothing is there", async () => {
  await auth.store.close();
  const { body } = await auth.ask.get("/tokens").expect(503);
  expect(body.error).toContain("store");
});
