import { join } from "node:path";
import { ConfigError } from "@gateway/config/auth";
import type { Clock } from "@gateway/store";
import { z } from "zod";
import type { RotatedKeys, RotatingKeys, SigningKey } from "../ports.ts";
import { pendingKeyAt, rotateKeys, type ScheduledKey, signingKeyAt, trustedKeysAt } from "./key-schedule.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";
import { generatePrivateKey, publicJwk, readSigningKey } from "./signing-key.ts";

const KeyFile = z.strictObject({
  keys: z.array(
    z.strictObject({
      algorithm: z.enum(["RS256", "ES256"]),
      /** Seconds since the epoch. */
      createdAt: z.number(),
      /** Seconds since the epoch; absent: at once. */
      signsFrom: z.number().optional(),
      /** PKCS#8 PEM. */
      privateKey: z.string(),
    }),
  ),
});
type KeptKey = z.infer<typeof KeyFile>["keys"][number];

/** A kept key, read. */
type ReadKey = SigningKey & ScheduledKey;

/**
 * The keys kept in `<folder>/signing-keys.json`; the first start makes one. The newest of the configured algorithm whose
 * time has come signs. The others stay trusted, so that neither a rotation nor a change of algorithm ends a token
 * (decision 20).
 * @throws ConfigError when the file is damaged; it names the file, never its content
 */
export async function openSigningKeys(
  folder: string,
  algorithm: SigningKey["algorithm"],
  clock: Clock = () => Date.now() / 1_000,
): Promise<RotatingKeys> {
  const path = join(folder, "signing-keys.json");
  let kept = parseKeyFile(await readPrivateFile(path), path);
  if (!kept.some((key) => key.algorithm === algorithm)) {
    kept = [...kept, await makeKey(algorithm, clock())];
    await keep(path, kept);
  }
  let keys = trustedOf(kept, path, clock());

  return {
    current: () => signingKeyAt(keys, algorithm, clock()) ?? refuseDamaged(path),
    find: (kid) => keys.find((key) => key.kid === kid),
    jwks: () => keys.map(publicJwk),
    async rotate(kind) {
      const fresh = await makeKey(algorithm, clock());
      kept = trustedKeysAt(rotateKeys(kept, kind, { fresh, now: clock() }), clock()).slice();
      await keep(path, kept);
      keys = trustedOf(kept, path, clock());
      return describe(keys, algorithm, clock());
    },
  };
}

async function makeKey(algorithm: SigningKey["algorithm"], now: number): Promise<KeptKey> {
  return { algorithm, createdAt: Math.floor(now), privateKey: await generatePrivateKey(algorithm) };
}

function keep(path: string, keys: readonly KeptKey[]): Promise<void> {
  return writePrivateFile(path, `${JSON.stringify({ keys }, null, 2)}\n`);
}

function trustedOf(kept: readonly KeptKey[], path: string, now: number): readonly ReadKey[] {
  return trustedKeysAt(kept, now).map(({ algorithm, privateKey, createdAt, signsFrom }) => {
    const key = readSigningKey(privateKey, algorithm) ?? refuseDamaged(path);
    return { ...key, createdAt, signsFrom };
  });
}

function describe(keys: readonly ReadKey[], algorithm: SigningKey["algorithm"], now: number): RotatedKeys {
  const pending = pendingKeyAt(keys, algorithm, now);
  return {
    signing: signingKeyAt(keys, algorithm, now)?.kid ?? "",
    ...(pending?.signsFrom === undefined ? {} : { next: { kid: pending.kid, signsFrom: pending.signsFrom } }),
    trusted: keys.map(({ kid }) => kid),
  };
}

function parseKeyFile(text: string | undefined, path: string): KeptKey[] {
  if (text === undefined) return [];
  try {
    return KeyFile.parse(JSON.parse(text)).keys;
  } catch {
    return refuseDamaged(path); // the cause would quote a private key into the log
  }
}

function refuseDamaged(path: string): never {
  const allowed = "the file as this service wrote it: restore it, or delete it, which ends every token";
  throw new ConfigError(path, [{ at: "the file", found: "damaged content", allowed }]);
}
