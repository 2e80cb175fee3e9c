import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import { expect, test } from "@jest/globals";
import { openEmbeddedStore, type Store } from "../src/index.ts";
import { sampleClient, sampleCode, sampleGrant, sampleRefreshToken } from "./contract/samples.ts";
import { openPatientStore } from "./redis/patient-store.ts";

const now = Math.floor(Date.now() / 1000);
const digestOf = (secret: string) => createHash("sha256").update(secret).digest("base64url");
const secrets = ["client-secret", "code", "cookie", "refresh-1", "refresh-2"].map((name) => `canary-${name}`);

/** All that a sign-in and a refresh keep. Secrets are given as the ports want them: by their digests. */
async function liveThroughIt(store: Store): Promise<void> {
  const [clientSecret, code, cookie, first, second] = secrets.map(digestOf) as [string, string, string, string, string];
  await store.clients.register(sampleClient("c1", { secretDigest: clientSecret }));
  await store.browserSessions.begin(cookie, { user: { sub: "u", login: "u" }, authTime: now, expiresAt: now + 60 });
  await store.codes.issue(code, sampleCode(now));
  await store.codes.spend(code);
  await store.grants.create(sampleGrant("g1", now), sampleRefreshToken("g1", first, now));
  const successor = { digest: second, issuedAt: now, expiresAt: now + 60 };
  const use = { presentedDigest: first, clientId: "c1", successor, sealedSuccessor: "sealed", grace: 60 };
  await store.grants.rotate({ ...use, onReuse: "revoke" });
  await store.grants.revoke("g1");
}

async function contentOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(({ path, name }) => readFile(join(path, name), "latin1")));
  return texts.join("\n");
}

function expectOnlyDigests(content: string): void {
  expect(content).toContain(digestOf("canary-refresh-1")); // the right place was searched
  for (const secret of secrets) expect(content).not.toContain(secret);
}

test("security.md 9: a copy of the embedded store's folder holds no usable secret", async () => {
  const folder = await mkdtemp(join(tmpdir(), "store-secrets-"));
  const store = await openEmbeddedStore({ folder, clock: () => now });
  await liveThroughIt(store);
  expectOnlyDigests(await contentOf(folder));
  await store.close();
  await rm(folder, { recursive: true });
});

describeWithRedis("security.md 9: in Redis", () => {
  test("the append-only file holds no usable secret, not even the store's own password", async () => {
    await using server = await RedisServer.start({ password: "canary-password" });
    const password = "canary-password";
    const store = await openPatientStore({ url: server.url, password, clock: () => now });
    await liveThroughIt(store);
    await store.close();
    const content = await contentOf(server.folder);
    expectOnlyDigests(content);
    expect(content).not.toContain("canary-password");
  });
});
