import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { givenSigningKey } from "../../src/keys/given-signing-key.ts";
import { openSigningKeys } from "../../src/keys/kept-signing-keys.ts";
import { generatePrivateKey } from "../../src/keys/signing-key.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "auth-keys-"));
});
afterAll(() => rm(root, { recursive: true }));

const base64 = (pem: string) => Buffer.from(pem).toString("base64");

describe("kept signing keys", () => {
  test("are made on the first start, for their owner only, and stay", async () => {
    const folder = join(root, "first");
    const first = await openSigningKeys(folder, "RS256");
    const again = await openSigningKeys(folder, "RS256");
    expect(again.current().kid).toBe(first.current().kid);
    expect(first.current().publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect((await stat(join(folder, "signing-keys.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual(["signing-keys.json"]);
  });

  test("stay trusted when the algorithm changes, so that no token ends", async () => {
    const folder = join(root, "change");
    const before = await openSigningKeys(folder, "RS256");
    const after = await openSigningKeys(folder, "ES256");
    expect(after.current().algorithm).toBe("ES256");
    expect(after.find(before.current().kid)?.algorithm).toBe("RS256");
    expect(after.jwks()).toHaveLength(2);
    expect(after.find("unknown")).toBeUndefined();
  });

  test.each([["not JSON"], ['{"keys":[{"algorithm":"HS256","createdAt":1,"privateKey":"canary"}]}'], ['{"keys":1}']])(
    "that are damaged (%s) are refused by the file's name, without their content",
    async (text) => {
      const path = join(root, "signing-keys.json");
      await writeFile(path, text);
      const opened = openSigningKeys(root, "RS256");
      await expect(opened).rejects.toThrow(path);
      await expect(opened).rejects.not.toThrow(/canary/);
    },
  );

  test("that hold an unusable key are refused", async () => {
    const path = join(root, "signing-keys.json");
    const privateKey = await generatePrivateKey("ES256");
    await writeFile(path, JSON.stringify({ keys: [{ algorithm: "RS256", createdAt: 1, privateKey }] }));
    await expect(openSigningKeys(root, "RS256")).rejects.toThrow("damaged");
    expect(await readFile(path, "utf8")).toContain("PRIVATE KEY");
  });
});

describe("a rotation (decision 20)", () => {
  const day = 86_400;
  const open = async (name: string) => {
    const clock = { now: 1_800_000_000 };
    const folder = join(root, name);
    const reopen = () => openSigningKeys(folder, "ES256", () => clock.now);
    return { clock, reopen, keys: await reopen() };
  };

  test("that is planned publishes the next key now and signs with it after 24 hours", async () => {
    const { clock, keys, reopen } = await open("planned");
    const old = keys.current().kid;
    const { signing, next, trusted } = await keys.rotate("planned");
    expect(signing).toBe(old);
    expect(next?.signsFrom).toBe(clock.now + day);
    expect(trusted).toEqual([old, next?.kid]);
    expect(keys.jwks().map(({ kid }) => kid)).toEqual(trusted);
    clock.now += day - 1;
    expect((await reopen()).current().kid).toBe(old);
    clock.now += 1;
    expect(keys.current().kid).toBe(next?.kid);
    expect((await reopen()).current().kid).toBe(next?.kid);
    expect(keys.find(old)?.kid).toBe(old);
  });

  test("that is planned twice makes one key", async () => {
    const { keys } = await open("twice");
    const first = await keys.rotate("planned");
    expect(await keys.rotate("planned")).toEqual(first);
  });

  test("with --now signs at once, with the key that waits if one does", async () => {
    const { keys } = await open("now");
    const { next } = await keys.rotate("planned");
    expect(await keys.rotate("now")).toMatchObject({ signing: next?.kid });
    const { signing, trusted } = await keys.rotate("now");
    expect(signing).not.toBe(next?.kid);
    expect(trusted).toHaveLength(3);
    expect(keys.current().kid).toBe(signing);
  });

  test("with --compromised trusts the new key alone, also after a restart", async () => {
    const { keys, reopen } = await open("compromised");
    const old = keys.current().kid;
    await keys.rotate("planned");
    const { signing, trusted } = await keys.rotate("compromised");
    expect(trusted).toEqual([signing]);
    for (const each of [keys, await reopen()]) {
      expect(each.current().kid).toBe(signing);
      expect(each.find(old)).toBeUndefined();
      expect(each.jwks()).toHaveLength(1);
    }
  });

  test("forgets an old key once the longest-lived token of it has ended", async () => {
    const { clock, keys, reopen } = await open("old");
    const old = keys.current().kid;
    await keys.rotate("now");
    clock.now += 365 * day + 3_599;
    expect((await reopen()).find(old)).toBeDefined();
    clock.now += 1;
    expect((await reopen()).find(old)).toBeUndefined();
    expect((await reopen()).jwks()).toHaveLength(1);
  });
});

describe("JWKS (RFC 7517)", () => {
  test("has public members only, a thumbprint as kid, the use and the algorithm", async () => {
    const rsa = givenSigningKey(base64(await generatePrivateKey("RS256")), "RS256").jwks()[0];
    const ec = givenSigningKey(base64(await generatePrivateKey("ES256")), "ES256").jwks()[0];
    expect(Object.keys(rsa ?? {}).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect(Object.keys(ec ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    expect(rsa).toMatchObject({ use: "sig", alg: "RS256" });
  });
});

describe("JWT_PRIVATE_KEY_B64", () => {
  const smallRsa = (): KeyObject => generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const otherCurve = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey;
  const pem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

  test.each<[string, () => string, "RS256" | "ES256"]>([
    ["what is no key", () => "canary", "RS256"],
    ["an RSA key under 2048 bits (RFC 7518 3.3)", () => pem(smallRsa()), "RS256"],
    ["another curve (RFC 7518 3.4)", () => pem(otherCurve()), "ES256"],
    ["an EC key for RS256", () => pem(otherCurve()), "RS256"],
  ])("refuses %s, without printing it", (_what, text, algorithm) => {
    expect(() => givenSigningKey(base64(text()), algorithm)).toThrow(/JWT_PRIVATE_KEY_B64/);
    expect(() => givenSigningKey(base64(text()), algorithm)).not.toThrow(/canary|BEGIN/);
  });

  test("is the one that signs, also as PKCS#1", () => {
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const keys = givenSigningKey(base64(key.export({ type: "pkcs1", format: "pem" }).toString()), "RS256");
    expect(keys.find(keys.current().kid)).toBe(keys.current());
  });
});
