import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { createOperatorApp } from "../src/operator/operator-app.ts";
import { type Browser, timeUrl } from "./fixtures/gateway.ts";
import { authorizationQuery, refresh } from "./fixtures/person.ts";
import { backupOf, copyOfData, heldOf, redisWithData, storeData, storedVersions } from "./fixtures/stored-data.ts";
import { openStoredGateway, type StoredGateway, storedAt } from "./fixtures/stored-gateway.ts";
import type { Held } from "./fixtures/stored-life.ts";

/** Set by scripts/stored-data.sh: the version whose data is to be kept from now on. */
const newVersion = process.env.STORED_DATA_VERSION;
if (newVersion) test(`the data of ${newVersion} is stored`, () => storeData(newVersion), 60_000);

const versions = newVersion ? [newVersion] : await storedVersions();
const tenMinutesLater = storedAt + 600;

describe.each(versions)("data that version %s wrote (issue 6, part 7)", (version) => {
  for (const engine of ["embedded", "redis"] as const) {
    const describeHere = engine === "embedded" ? describe : describeWithRedis;
    describeHere(`in the ${engine} store`, () => {
      let held: Held;
      let gateway: StoredGateway;
      let browser: Browser;
      const opened: AsyncDisposable[] = [];

      beforeEach(async () => {
        held = await heldOf(version, engine);
        const data = await copyOfData(version, engine);
        opened.push(data);
        const redis = engine === "redis" ? await redisWithData(version) : undefined;
        if (redis !== undefined) opened.push(redis);
        gateway = await openStoredGateway(data.folder, { at: tenMinutesLater, redisUrl: redis?.url });
        opened.push(gateway);
        browser = gateway.browser();
      });
      afterEach(async () => {
        for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
      });

      const verify = (token: string) => {
        const { host, pathname } = new URL(timeUrl);
        const asked = { "X-Forwarded-Host": host, "X-Forwarded-Method": "POST", "X-Forwarded-Uri": pathname };
        return browser.get("/verify").set({ ...asked, Authorization: `Bearer ${token}` });
      };

      test("lets nobody in by a token that was revoked", async () => {
        await verify(held.revokedToken).expect(401);
      });

      test("knows a refresh token that was used: it ends the grant", async () => {
        expect((await refresh(browser, held.clientId, held.usedRefreshToken).expect(400)).body.error).toBe(
          "invalid_grant",
        );
        await verify(held.accessToken).expect(401);
      });

      test("lets access tokens in, and personal ones", async () => {
        await verify(held.accessToken).expect(200);
        await verify(held.personalToken).expect(200);
      });

      test("gives new tokens for a refresh token, which are let in", async () => {
        const { body } = await refresh(browser, held.clientId, held.refreshToken).expect(200);
        await verify(body.access_token).expect(200);
      });

      test("knows a client by its secret, and no other", async () => {
        const { clientId, secret, refreshToken } = held.confidential;
        const form = { grant_type: "refresh_token", refresh_token: refreshToken, client_id: clientId };
        const ask = (client_secret: string) =>
          browser
            .post("/token")
            .type("form")
            .send({ ...form, client_secret });
        await ask(`${secret}x`).expect(401);
        await ask(secret).expect(200);
      });

      test("lets a client manage its registration", async () => {
        const path = `/register/${held.clientId}`;
        const { body } = await browser.get(path).set("Authorization", `Bearer ${held.registrationToken}`).expect(200);
        expect(body.client_name).toBe("Stored client");
      });

      test("keeps a browser signed in, and does not ask again for what was agreed to", async () => {
        const answer = await browser.get(authorizationQuery(held.clientId)).set("Cookie", held.session);
        expect(answer.headers.location).toMatch(/[?&]code=/);
      });

      test("goes on with the keys that were made", async () => {
        const { body } = await browser.get("/jwks").expect(200);
        const { kid } = JSON.parse(Buffer.from(held.accessToken.split(".")[0] ?? "", "base64url").toString());
        expect(body.keys.map((key: { kid: string }) => key.kid)).toContain(kid);
      });
    });
  }

  test("in a backup comes back into an empty store, and what was revoked does not", async () => {
    const held = await heldOf(version, "embedded");
    await using data = await copyOfData(version, "embedded");
    await rm(join(data.folder, "store"), { recursive: true });
    await using gateway = await openStoredGateway(data.folder, { at: tenMinutesLater });
    const browser = gateway.browser();
    await refresh(browser, held.clientId, held.refreshToken).expect(401); // the client is not known there
    const operator = supertest(createOperatorApp(gateway.ports, { rotateKeys: undefined }));
    await operator
      .post("/restore")
      .send(await backupOf(version))
      .expect(200);
    await refresh(browser, held.clientId, held.refreshToken).expect(200);
    const revoked = JSON.parse(Buffer.from(held.revokedToken.split(".")[1] ?? "", "base64url").toString());
    expect(await gateway.ports.store.grants.find(revoked.sid)).toBeUndefined();
  });
});
