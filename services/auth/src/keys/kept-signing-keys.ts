import { rename } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "@gateway/config/auth";
import type { Clock } from "@gateway/store";
import type { RotatingKeys, SigningKey } from "../ports.ts";
import {
  describeKeys,
  type KeptKey,
  makeKey,
  parseKeptKeys,
  type ReadKey,
  readTrusted,
  renderKeptKeys,
  withKeyFor,
} from "./kept-keys.ts";
import { rotateKeys, signingKeyAt, trustedKeysAt } from "./key-schedule.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";
import { publicJwk } from "./signing-key.ts";

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
  const path = pathIn(folder);
  const found = await readKeyFile(path);
  let kept = await withKeyFor(algorithm, found, clock());
  if (kept !== found) await keep(path, kept);
  let keys = trustedOf(kept, path, clock());

  return {
    current: () => signingKeyAt(keys, algorithm, clock()) ?? refuseDamaged(path),
    find: (kid) => keys.find((key) => key.kid === kid),
    jwks: () => keys.map(publicJwk),
    catchUp: () => undefined,
    async rotate(kind) {
      const fresh = await makeKey(algorithm, clock());
      kept = trustedKeysAt(rotateKeys(kept, kind, { fresh, now: clock() }), clock());
      await keep(path, kept);
      keys = trustedOf(kept, path, clock());
      return describeKeys(keys, algorithm, clock());
    },
  };
}

/** The keys of a folder whose owner is about to share keys with others; none where it has no file. Throws as above. */
export function readSigningKeys(folder: string): Promise<readonly KeptKey[]> {
  return readKeyFile(pathIn(folder));
}

/** Puts a folder's keys where nothing reads them, for the operator to delete; false where there are none. */
export async function setSigningKeysAside(folder: string): Promise<boolean> {
  try {
    await rename(pathIn(folder), `${pathIn(folder)}.unused`);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function pathIn(folder: string): string {
  return join(folder, "signing-keys.json");
}

async function readKeyFile(path: string): Promise<readonly KeptKey[]> {
  const text = await readPrivateFile(path);
  return text === undefined ? [] : (parseKeptKeys(text) ?? refuseDamaged(path));
}

function keep(path: string, keys: readonly KeptKey[]): Promise<void> {
  return writePrivateFile(path, renderKeptKeys(keys));
}

function trustedOf(kept: readonly KeptKey[], path: string, now: number): readonly ReadKey[] {
  return readTrusted(kept, now) ?? refuseDamaged(path);
}

function refuseDamaged(path: string): never {
  const allowed = "the file as this service wrote it: restore it, or delete it, which ends every token";
  throw new ConfigError(path, [{ at: "the file", found: "damaged content", allowed }]);
}
