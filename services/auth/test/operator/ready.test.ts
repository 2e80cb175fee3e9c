import { StoreUnavailable } from "@gateway/store";
import { describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { createOperatorApp } from "../../src/operator/operator-app.ts";
import type { Ports } from "../../src/ports.ts";
import { startAuth } from "../fixtures/running-auth.ts";

const ask = (ports: Ports) => supertest(createOperatorApp(ports, { rotateKeys: undefined })).get("/ready");

/** A store that never answers about clients, as a hung Redis. */
const hung = (store: Ports["store"]): Ports["store"] =>
  Object.assign(Object.create(store) as Ports["store"], { clients: { find: () => new Promise(() => {}) } });

const withoutKey = (keys: Ports["keys"]): Ports["keys"] =>
  Object.assign(Object.create(keys) as Ports["keys"], {
    current: () => {
      throw new StoreUnavailable("not read yet");
    },
  });

describe("GET /ready of the operator's socket", () => {
  test("is nothing on the port that clients reach", async () => {
    await using auth = await startAuth();
    expect((await auth.fetch("/ready", ["Host", "localhost:8080"])).status).toBe(404);
  });

  test("names what is missing, and says when to ask again", async () => {
    await using auth = await startAuth();
    const { store, keys } = auth.ports;
    const answer = await ask({ ...auth.ports, store: hung(store), keys: withoutKey(keys) }).expect(503);
    expect(answer.headers["retry-after"]).toBe("5");
    expect(answer.body).toEqual({ status: "not ready", missing: ["store", "signing key"] });
  });

  test("is 200 where the store answers and a key signs", async () => {
    await using auth = await startAuth();
    expect((await ask(auth.ports).expect(200)).body).toEqual({ status: "ready" });
  });
});
