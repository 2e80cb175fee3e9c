import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore, type SealedSigningKeys, type Store, StoreUnavailable } from "@gateway/store";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { deriveSealingKey } from "../../src/keys/derived-keys.ts";
import { openSigningKeys } from "../../src/keys/kept-signing-keys.ts";
import { SharedSigningKeys } from "../../src/keys/shared-signing-keys.ts";
import { openLog } from "../fixtures/watched-log.ts";

const now = 1_800_000_000;
const logger = openLog();
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "auth-shared-keys-"));
  store = await openEmbeddedStore({ folder: join(folder, "store"), clock: () => now });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

interface Sharing {
  readonly secret?: string;
  readonly algorithm?: "RS256" | "ES256";
  readonly store?: Pick<Store, "signingKeys" | "feed">;
}

/** One replica: keys of its own over the store that all share. */
function share({ secret = "secret", algorithm = "ES256", store: own = store }: Sharing = {}) {
  const sealingKey = deriveSealingKey(secret);
  return SharedSigningKeys.open({ store: own, sealingKey, algorithm, clock: () => now, logger, folder });
}

/** The shared store as one replica reaches it: how often it was read, whether it answers, and no news from it. */
function link() {
  const script = { reads: 0, isAway: false };
  const signingKeys: SealedSigningKeys = {
    read: async () => {
      script.reads += 1;
      if (script.isAway) throw new StoreUnavailable();
      return store.signingKeys.read();
    },
    replace: (previous, sealed) => store.signingKeys.replace(previous, sealed),
  };
  const feed = { subscribe: async () => async () => {}, silentFor: () => 0 };
  return { script, store: { signingKeys, feed } };
}

const unknownKid = (index = 0) => `${index}`.padStart(43, "x");

describe("signing keys that replicas share", () => {
  test("sealed with another secret are refused, and stay as they were", async () => {
    await share();
    const before = await store.signingKeys.read();
    const opened = share({ secret: "canary" });
    await expect(opened).rejects.toThrow(/GATEWAY_JWT_SECRET: found another secret; allowed: .*oauth:keys:signing/);
    await expect(opened).rejects.not.toThrow("canary");
    expect(await store.signingKeys.read()).toBe(before);
  });

  test("that were changed in the store are refused", async () => {
    await share();
    const sealed = `${await store.signingKeys.read()}`;
    await store.signingKeys.replace(sealed, sealed.slice(0, -8));
    await expect(share()).rejects.toThrow("GATEWAY_JWT_SECRET");
  });

  test("cannot be read in the store", async () => {
    await share();
    const sealed = Buffer.from(`${await store.signingKeys.read()}`, "base64url").toString("latin1");
    expect(sealed).not.toMatch(/PRIVATE|ES256|keys/);
  });

  test("are made once, though several start at once", async () => {
    const replicas = await Promise.all(Array.from({ length: 4 }, () => share()));
    expect(new Set(replicas.map((keys) => keys.current().kid)).size).toBe(1);
    for (const keys of replicas) expect(keys.jwks()).toEqual(replicas[0]?.jwks());
  });

  test("leave nothing in the data folder, and are there after a restart", async () => {
    const first = await share();
    expect(await readdir(folder)).toEqual(["store"]);
    expect((await share()).current().kid).toBe(first.current().kid);
  });

  test("of another algorithm stay trusted: two replicas may differ in it for a while", async () => {
    const [rsa, ec] = [await share({ algorithm: "RS256" }), await share({ algorithm: "ES256" })];
    expect(ec.current().algorithm).toBe("ES256");
    await rsa.catchUp(ec.current().kid);
    expect(rsa.current().algorithm).toBe("RS256");
    expect(rsa.jwks()).toEqual(ec.jwks());
    expect(rsa.jwks()).toHaveLength(2);
  });

  test("are those of the file that the gateway had before, which nothing reads any more", async () => {
    const before = await openSigningKeys(folder, "ES256");
    const after = await share();
    expect(after.current().kid).toBe(before.current().kid);
    expect((await readdir(folder)).sort()).toEqual(["signing-keys.json.unused", "store"]);
  });

  test("are not those of a file once the store has some", async () => {
    const first = await share();
    await openSigningKeys(folder, "ES256");
    const second = await share();
    expect(second.jwks()).toEqual(first.jwks());
    expect(await readdir(folder)).toContain("signing-keys.json.unused");
  });

  test("are not made while the file that should hold them is damaged", async () => {
    const path = join(folder, "signing-keys.json");
    await writeFile(path, "damaged");
    await expect(share()).rejects.toThrow(path);
    expect(await store.signingKeys.read()).toBeUndefined();
    expect(await readFile(path, "utf8")).toBe("damaged");
  });
});

describe("a change by another replica", () => {
  test.each(["planned", "now"] as const)("%s: both publish and sign with the same", async (kind) => {
    const [one, other] = [await share(), await share()];
    const old = one.current().kid;
    const { signing, trusted } = await one.rotate(kind);
    await other.catchUp(old);
    expect(other.current().kid).toBe(signing);
    expect(other.jwks()).toEqual(one.jwks());
    expect(trusted).toContain(old);
  });

  test("compromised: the old key is not found from the moment that the news is heard", async () => {
    const [one, other] = [await share(), await share()];
    const old = one.current().kid;
    const heard = new Promise((resolve) => void store.feed.subscribe(resolve));
    await one.rotate("compromised");
    await heard;
    await other.catchUp(old);
    expect(other.find(old)).toBeUndefined();
    expect(other.current().kid).toBe(one.current().kid);
  });

  test("two rotations at once are both done, and all agree on the outcome", async () => {
    const [one, other] = [await share(), await share()];
    await Promise.all([one.rotate("now"), other.rotate("now")]);
    await Promise.all([one, other].map((keys) => keys.catchUp(unknownKid())));
    expect(one.jwks()).toHaveLength(3);
    expect(other.jwks()).toEqual(one.jwks());
    expect(other.current().kid).toBe(one.current().kid);
  });

  test("that nobody told of is looked for by the key's id", async () => {
    const one = await share();
    const other = await share({ store: link().store });
    const { signing } = await one.rotate("now");
    expect(other.find(signing)).toBeUndefined();
    await other.catchUp(signing);
    expect(other.find(signing)?.kid).toBe(signing);
  });
});

describe("ids of keys that nobody has", () => {
  test("that could be none of ours are not looked for", async () => {
    const { script, store: own } = link();
    const keys = await share({ store: own });
    script.reads = 0;
    for (const kid of ["", "x", "../../dev/null", "x".repeat(44)]) expect(keys.catchUp(kid)).toBeUndefined();
    expect(keys.catchUp(keys.current().kid)).toBeUndefined();
    expect(script.reads).toBe(0);
  });

  test("cost one look for however many come", async () => {
    const { script, store: own } = link();
    const keys = await share({ store: own });
    script.reads = 0;
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => keys.catchUp(unknownKid(index))));
    expect(script.reads).toBe(1);
  });
});

describe("a store that is away", () => {
  test("at the start: there is no key, which is no answer about any token; then there is", async () => {
    const { script, store: own } = link();
    script.isAway = true;
    const keys = await share({ store: own });
    expect(() => keys.current()).toThrow(StoreUnavailable);
    expect(() => keys.jwks()).toThrow(StoreUnavailable);
    await expect(keys.catchUp(unknownKid())).rejects.toThrow(StoreUnavailable);
    script.isAway = false;
    await keys.catchUp(unknownKid());
    expect(keys.current().algorithm).toBe("ES256");
  });

  test("when a key is looked for: it cannot be known, while those that are known go on", async () => {
    const { script, store: own } = link();
    const keys = await share({ store: own });
    script.isAway = true;
    await expect(keys.catchUp(unknownKid())).rejects.toThrow(StoreUnavailable);
    expect(keys.catchUp(keys.current().kid)).toBeUndefined();
  });

  test("and comes back empty gets the keys that the replicas hold", async () => {
    const empty = await openEmbeddedStore({ folder: join(folder, "other"), clock: () => now });
    let present = store;
    const { feed } = link().store;
    const own = {
      feed,
      get signingKeys() {
        return present.signingKeys;
      },
    };
    const keys = await share({ store: own });
    present = empty;
    await keys.catchUp(unknownKid());
    const restarted = await share({ store: { feed, signingKeys: empty.signingKeys } });
    expect(restarted.current().kid).toBe(keys.current().kid);
    await empty.close();
  });
});
