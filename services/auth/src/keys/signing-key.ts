import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { SigningKey } from "../ports.ts";
import { publicMembers, thumbprint } from "./jwk.ts";

const generate = promisify(generateKeyPair);

/** Makes a new private key, as PEM, off the event loop. */
export async function generatePrivateKey(algorithm: SigningKey["algorithm"]): Promise<string> {
  const { privateKey } =
    algorithm === "RS256"
      ? await generate("rsa", { modulusLength: 2048 })
      : await generate("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * Reads a private key.
 * @returns undefined when it is no PEM, or no key that the algorithm may be used with: an RSA key of 2048 bits or more
 *   for RS256, a P-256 key for ES256 (RFC 7518 3.3, 3.4)
 */
export function readSigningKey(pem: string, algorithm: SigningKey["algorithm"]): SigningKey | undefined {
  const privateKey = parsePrivateKey(pem);
  if (privateKey === undefined || !fits(privateKey, algorithm)) return undefined;
  const publicKey = createPublicKey(privateKey);
  return { kid: thumbprint(publicKey), algorithm, privateKey, publicKey };
}

/** The key as an entry of a JWK set (RFC 7517 4). */
export function publicJwk({ kid, algorithm, publicKey }: SigningKey): Record<string, unknown> {
  return { ...publicMembers(publicKey), kid, use: "sig", alg: algorithm };
}

function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // not PEM, encrypted, cut: the caller says what is allowed
  }
}

function fits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, algorithm: SigningKey["algorithm"]): boolean {
  return algorithm === "RS256"
    ? asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
    : asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1";
}
