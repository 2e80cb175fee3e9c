import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Clock, Store } from "../src/index.ts";
import { describeAuthorization } from "./contract/authorization.ts";
import { describeBackups } from "./contract/backups.ts";
import { describeClientAssertions } from "./contract/client-assertions.ts";
import { describeClients } from "./contract/clients.ts";
import { describeDevice } from "./contract/device.ts";
import { describeFeed } from "./contract/feed.ts";
import { describeGrants } from "./contract/grants.ts";
import { describeLoginOwners } from "./contract/login-owners.ts";
import { describeProxies } from "./contract/proxies.ts";
import { describeRotation } from "./contract/rotation.ts";
import { describeSigningKeys } from "./contract/signing-keys.ts";

/** What each part of the contract works on: a store that is empty before each test, and its clock. */
export interface Subject {
  readonly store: Store;
  /** Seconds since the epoch; tests move it. */
  now: number;
}

/**
 * The contract of a store, whichever engine keeps it: each sentence of the ports, and what may happen at once.
 * @param open gives a store without content, on that clock; the suite closes it
 */
export function describeStoreContract(name: string, open: (clock: Clock) => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    const subject = {
      now: 0,
      get store() {
        return store;
      },
    };

    beforeEach(async () => {
      subject.now = Math.floor(Date.now() / 1000);
      store = await open(() => subject.now);
    });
    afterEach(() => store.close());

    describeClients(subject);
    describeClientAssertions(subject);
    describeAuthorization(subject);
    describeDevice(subject);
    describeLoginOwners(subject);
    describeGrants(subject);
    describeRotation(subject);
    describeProxies(subject);
    describeSigningKeys(subject);
    describeFeed(subject);
    describeBackups(subject);

    test("answers a ping", async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    test("says that it is unavailable once it is closed", async () => {
      await store.close();
      await expect(store.ping()).rejects.toMatchObject({ name: "StoreUnavailable" });
      await expect(store.clients.find("c")).rejects.toMatchObject({ name: "StoreUnavailable" });
      await expect(store.close()).resolves.toBeUndefined();
    });
  });
}
