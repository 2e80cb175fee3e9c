import { join } from "node:path";
import { ConfigError } from "@gateway/config";
import { z } from "zod";
import type { SigningKey, SigningKeys } from "../ports.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";
import { generatePrivateKey, publicJwk, readSigningKey } from "./signing-key.ts";

const KeyFile = z.strictObject({
  keys: z.array(
    z.strictObject({
      algorithm: z.enum(["RS256", "ES256"]),
      /** Seconds since the epoch. */
      createdAt: z.number(),
      /** PKCS#8 PEM. */
      privateKey: z.string(),
    }),
  ),
});

/**
 * The keys kept in `<folder>/signing-keys.json`; the first start makes one. The newest of the configured algorithm
 * signs. The others stay trusted, so that a change of algorithm ends no token (decision 20).
 * @throws ConfigError when the file is damaged; it names the file, never its content
 */
export async function openSigningKeys(folder: string, algorithm: SigningKey["algorithm"]): Promise<SigningKeys> {
  const path = join(folder, "signing-keys.json");
  const kept = parseKeyFile(await readPrivateFile(path), path);
  if (!kept.keys.some((key) => key.algorithm === algorithm)) {
    const privateKey = await generatePrivateKey(algorithm);
    kept.keys.push({ algorithm, createdAt: Math.floor(Date.now() / 1000), privateKey });
    await writePrivateFile(path, `${JSON.stringify(kept, null, 2)}\n`);
  }
  const keys = kept.keys.map((key) => readSigningKey(key.privateKey, key.algorithm) ?? refuseDamaged(path));
  const current = keys.findLast((key) => key.algorithm === algorithm) ?? refuseDamaged(path);
  return signingKeysOf(current, keys);
}

/**
 * One key given by configuration, the only one trusted.
 * @throws ConfigError when it is not a private key that the algorithm may be used with
 */
export function givenSigningKey(privateKeyB64: string, algorithm: SigningKey["algorithm"]): SigningKeys {
  const key = readSigningKey(Buffer.from(privateKeyB64, "base64").toString("utf8"), algorithm);
  if (key !== undefined) return signingKeysOf(key, [key]);
  throw new ConfigError("environment", [
    { at: "JWT_PRIVATE_KEY_B64", found: "a value that is not shown", allowed: `${allowedKey[algorithm]}, in base64` },
  ]);
}

const allowedKey = {
  RS256: "an unencrypted RSA private key of 2048 bits or more as PEM",
  ES256: "an unencrypted P-256 private key as PEM",
};

function signingKeysOf(current: SigningKey, trusted: readonly SigningKey[]): SigningKeys {
  const byKid = new Map(trusted.map((key) => [key.kid, key]));
  const jwks = [...byKid.values()].map(publicJwk);
  return { current: () => current, find: (kid) => byKid.get(kid), jwks: () => jwks };
}

function parseKeyFile(text: string | undefined, path: string): z.infer<typeof KeyFile> {
  if (text === undefined) return { keys: [] };
  try {
    return KeyFile.parse(JSON.parse(text));
  } catch {
    return refuseDamaged(path); // the cause would quote a private key into the log
  }
}

function refuseDamaged(path: string): never {
  const allowed = "the file as this service wrote it: restore it, or delete it, which ends every token";
  throw new ConfigError(path, [{ at: "the file", found: "damaged content", allowed }]);
}
