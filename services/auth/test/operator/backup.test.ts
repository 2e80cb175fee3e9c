import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { grantOf } from "../fixtures/grant.ts";
import { clientOf, openOperator } from "../fixtures/operator.ts";

let auth: Awaited<ReturnType<typeof openOperator>>;
beforeEach(async () => {
  auth = await openOperator();
  await auth.store.clients.register(clientOf("client_1"));
  const refresh = { digest: "r1", grantId: "g1", issuedAt: auth.now, expiresAt: auth.now + 60 };
  await auth.store.grants.create(grantOf("g1", auth.now, { tools: ["read_*"] }), refresh);
  await auth.store.grants.create(grantOf("g2", auth.now), undefined);
  await auth.store.grants.revoke("g2");
});
afterEach(() => auth[Symbol.asyncDispose]());

const take = async () => (await auth.ask.get("/backup").expect(200)).body;
const restore = (backup: unknown, query = "") => auth.ask.post(`/restore${query}`).send(backup as object);

describe("restoring a backup", () => {
  test.each([
    ["that is none", () => ({ clients: [] }), "no backup of the gateway"],
    ["of another version", (backup: object) => ({ ...backup, version: 99 }), "version 99"],
    ["with a part missing", (backup: object) => ({ ...backup, grants: undefined }), "damaged at grants"],
    [
      "with one bad record among good ones",
      (backup: { grants: unknown[] }) => ({ ...backup, grants: [...backup.grants, { grant: {}, order: 1 }] }),
      "damaged at grants.1.grant",
    ],
  ])("%s is refused before anything is written", async (_what, change, problem) => {
    const changed = (change as (backup: unknown) => unknown)(await take());
    await auth.store.clients.remove("client_1");
    const { body } = await restore(changed, "?clear=1").expect(400);
    expect(body.error).toContain(problem);
    expect(await auth.store.clients.list()).toEqual([]);
  });

  test("that is no JSON is the operator's mistake", async () => {
    await auth.ask.post("/restore").type("json").send("{").expect(400, { error: "The body is not JSON." });
  });

  test("brings the client back, and nothing that was revoked before or since", async () => {
    const backup = await take();
    await auth.store.clients.remove("client_1");
    const { body } = await restore(backup).expect(200);
    expect(body).toMatchObject({ clients: { restored: 1 }, grants: { kept: 1 }, issuer: "http://localhost:8080" });
    expect(await auth.store.clients.find("client_1")).toEqual(clientOf("client_1"));
    expect(await auth.store.grants.list()).toEqual([]);
    expect(auth.log.join()).toContain("backup restored by the operator");
  });

  test("into an empty store brings grants and refresh tokens, and the revocations", async () => {
    const backup = await take();
    await using other = await openOperator();
    await other.ask.post("/restore").send(backup).expect(200);
    expect(await other.store.grants.list()).toEqual([grantOf("g1", auth.now, { tools: ["read_*"] })]);
    expect(await other.store.grants.ofRefreshToken("r1")).toBeDefined();
    await other.store.grants.create(grantOf("g2", auth.now), undefined);
    expect(await other.store.grants.find("g2")).toBeUndefined();
  });

  test("is only counted in a dry run", async () => {
    const backup = await take();
    await auth.store.clients.remove("client_1");
    expect((await restore(backup, "?dry_run=1").expect(200)).body).toMatchObject({
      clients: { restored: 1 },
      dry_run: true,
    });
    expect(await auth.store.clients.list()).toEqual([]);
  });
});
