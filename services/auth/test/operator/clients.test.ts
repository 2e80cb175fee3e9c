import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { grantOf } from "../fixtures/grant.ts";
import { clientOf, openOperator } from "../fixtures/operator.ts";

let auth: Awaited<ReturnType<typeof openOperator>>;
beforeEach(async () => {
  auth = await openOperator();
  await auth.store.clients.register(clientOf("client_used", { lastUsedAt: auth.now }));
  await auth.store.clients.register(clientOf("client_unused"));
  await auth.store.clients.register(clientOf("client_test", { display: { client_name: "TEST a" } }));
  await auth.store.grants.create(grantOf("g1", auth.now, { clientId: "client_used" }), undefined);
});
afterEach(() => auth[Symbol.asyncDispose]());

const idsLeft = async () => (await auth.store.clients.list()).map(({ clientId }) => clientId);

describe("the operator's clients", () => {
  test("are listed with their grants, and without anything of their secrets", async () => {
    const { body, text } = await auth.ask.get("/clients").expect(200);
    expect(body.total).toBe(3);
    expect(body.clients[0]).toMatchObject({
      ...{ client_id: "client_used", client_name: "Name of client_used", tokens: 1, last_used_at: auth.now },
    });
    expect(text).not.toContain("canary");
  });

  test.each([
    ["?limit=0", 400],
    ["?limit=x", 400],
    ["?limit=10001", 400],
    ["?which=other", 400],
  ])("a list with %s is refused", async (query, status) => {
    const { body } = await auth.ask.get(`/clients${query}`).expect(status);
    expect(body.error).toMatch(/limit:|which:/);
  });

  test("a list of at most so many says how many there are", async () => {
    const { body } = await auth.ask.get("/clients?limit=1").expect(200);
    expect([body.total, body.clients.length]).toEqual([3, 1]);
  });

  test("one is found by a part of its id that is its alone", async () => {
    expect((await auth.ask.get("/clients/unused").expect(200)).body.client_id).toBe("client_unused");
  });

  test.each([
    ["an id that nobody has", "absent", 404],
    ["a part that several have", "client_", 409],
    ["a part that is too short", "tes", 404],
  ])("%s is refused with what to do", async (_what, id, status) => {
    const { body } = await auth.ask.delete(`/clients/${id}`).expect(status);
    expect(body.error).toMatch(/just clients|Give more/);
    expect(await idsLeft()).toHaveLength(3);
  });

  test("an id that is a URL is one name in the path", async () => {
    const url = "https://client.example/metadata.json";
    await auth.store.clients.register(clientOf(url));
    await auth.ask.delete(`/clients/${encodeURIComponent(url)}`).expect(200);
    expect(await idsLeft()).not.toContain(url);
  });

  test("deletion ends the grants of the client, and is logged", async () => {
    const { body } = await auth.ask.delete("/clients/client_used").expect(200);
    expect(body).toEqual({ deleted: 1, tokens_revoked: 1 });
    expect(await auth.store.grants.list()).toEqual([]);
    expect(auth.log.join()).toContain("client removed by the operator");
  });

  test.each([
    ["all", []],
    ["unused", ["client_used"]],
    ["test", ["client_used", "client_unused"]],
  ])("deletion of %s leaves the others", async (which, left) => {
    await auth.ask.delete(`/clients?which=${which}`).expect(200);
    expect(await idsLeft()).toEqual(left);
  });

  test.each(["Test Studio", "TESTER", "test-runner", "A TEST a"])(
    "a client called %s is no test's",
    async (client_name) => {
      await auth.store.clients.register(clientOf("client_real", { display: { client_name } }));
      await auth.ask.delete("/clients?which=test").expect(200);
      expect(await idsLeft()).toContain("client_real");
    },
  );

  test("nothing is deleted without saying which", async () => {
    await auth.ask.delete("/clients").expect(400);
    expect(await idsLeft()).toHaveLength(3);
  });
});
