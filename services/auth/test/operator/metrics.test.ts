import { StoreUnavailable } from "@gateway/store";
import { describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { createOperatorApp } from "../../src/operator/operator-app.ts";
import type { Ports } from "../../src/ports.ts";
import { openTestGateway } from "../fixtures/gateway.ts";
import { connect, follow, pressLogin, refresh } from "../fixtures/person.ts";
import { startAuth } from "../fixtures/running-auth.ts";

/** The lines of a scrape that are no comments. */
async function scrape(ports: Ports): Promise<readonly string[]> {
  const answer = await supertest(createOperatorApp(ports, { rotateKeys: undefined }))
    .get("/metrics")
    .expect(200);
  expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  return answer.text.split("\n").filter((line) => !line.startsWith("#"));
}

describe("GET /metrics of the operator's socket", () => {
  test("is nothing on the port that clients reach", async () => {
    await using auth = await startAuth();
    expect((await auth.fetch("/metrics", ["Host", "localhost:8080"])).status).toBe(404);
  });

  test("names no user, client, server or token", async () => {
    await using gateway = await openTestGateway();
    const { client, tokens } = await connect(gateway.browser(), { client_name: "canary-name" });
    const text = (await scrape(gateway.ports)).join("\n");
    for (const own of ["alice", "canary", "mcp-time", client.client_id, tokens.access_token]) {
      expect(text).not.toContain(own);
    }
  });

  test("counts what was refused, by its code", async () => {
    await using gateway = await openTestGateway();
    await refresh(gateway.browser(), "unknown", "x").expect(401);
    expect(await scrape(gateway.ports)).toContain('auth_errors_total{error="invalid_client"} 1');
  });

  test("counts registrations, sign-ins, tokens by how they were obtained, and what was revoked", async () => {
    await using gateway = await openTestGateway();
    const browser = gateway.browser();
    const { client, tokens } = await connect(browser);
    const { body } = await refresh(browser, client.client_id, tokens.refresh_token).expect(200);
    const form = { client_id: client.client_id, token: (body as { refresh_token: string }).refresh_token };
    await browser.post("/revoke").type("form").send(form).expect(200);
    expect(await scrape(gateway.ports)).toEqual(
      expect.arrayContaining([
        "auth_clients_registered_total 1",
        'auth_sign_ins_total{provider="local",outcome="allowed"} 1',
        'auth_tokens_issued_total{grant="authorization_code"} 1',
        'auth_tokens_issued_total{grant="refresh_token"} 1',
        'auth_grants_revoked_total{reason="client"} 1',
        expect.stringMatching(/^process_resident_memory_bytes \d+$/),
      ]),
    );
  });

  test("counts who may not sign in, and a client that deletes itself with its grants", async () => {
    await using gateway = await openTestGateway();
    const browser = gateway.browser();
    await pressLogin(browser, (await follow(browser, "/login")).text, { username: "mallory" }).expect(403);
    const { client } = await connect(gateway.browser());
    await gateway
      .browser()
      .delete(`/register/${client.client_id}`)
      .set("Authorization", `Bearer ${client.registration_access_token}`)
      .expect(204);
    expect(await scrape(gateway.ports)).toEqual(
      expect.arrayContaining([
        'auth_sign_ins_total{provider="local",outcome="refused"} 1',
        'auth_grants_revoked_total{reason="client_deleted"} 1',
      ]),
    );
  });

  test("counts the outcomes of /verify and how long each took", async () => {
    await using auth = await startAuth();
    const asked = ["X-Forwarded-Host", "localhost:8080", "X-Forwarded-Method", "POST", "X-Forwarded-Uri", "/files/mcp"];
    const token = ["Authorization", `Bearer ${await auth.signIn()}`];
    for (const headers of [[], asked, [...asked, ...token], [...asked, ...token]]) await auth.fetch("/verify", headers);
    expect(await scrape(auth.ports)).toEqual(
      expect.arrayContaining([
        'auth_verify_total{outcome="not_forwarded"} 1',
        'auth_verify_total{outcome="no_token"} 1',
        'auth_verify_total{outcome="allowed"} 2',
        'auth_verify_duration_seconds_bucket{le="+Inf"} 4',
      ]),
    );
  });

  test("counts what failed for the store", async () => {
    await using auth = await startAuth();
    const away = { clients: { find: () => Promise.reject(new StoreUnavailable("away")) } };
    const store = Object.assign(Object.create(auth.ports.store) as Ports["store"], away);
    await using cut = await startAuth({ ...auth.ports, store });
    expect((await cut.fetch("/authorize?client_id=x", ["Host", "localhost:8080"])).status).toBe(503);
    expect(await scrape(cut.ports)).toContain("auth_store_errors_total 1");
  });
});
