import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { deriveKeys, openRootSecret } from "../../src/keys/derived-keys.ts";

test("one root always gives the same keys, another root others", () => {
  expect(deriveKeys("a").csrf).toEqual(deriveKeys("a").csrf);
  expect(deriveKeys("a").csrf).not.toEqual(deriveKeys("b").csrf);
  expect(deriveKeys("a").csrf).toHaveLength(32);
});

test("a root is made once and kept for its owner only", async () => {
  const folder = await mkdtemp(join(tmpdir(), "auth-root-"));
  const secret = await openRootSecret(folder);
  expect(secret.length).toBeGreaterThanOrEqual(43);
  expect(await openRootSecret(folder)).toBe(secret);
  expect((await stat(join(folder, "root-secret"))).mode & 0o777).toBe(0o600);
  await rm(folder, { recursive: true });
});
