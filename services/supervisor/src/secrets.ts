import { generateKeyPairSync, randomBytes } from "node:crypto";

/** 384 random bits, in letters that no file format and no shell minds. */
export function makeSecret(): string {
  return randomBytes(48).toString("base64url");
}

/** A new signing key as JWT_PRIVATE_KEY_B64 holds one: PEM (PKCS #8) in base64. */
export function makeSigningKey(algorithm: string): string {
  const encoding = { type: "pkcs8", format: "pem" } as const;
  const { privateKey } =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return Buffer.from(privateKey.export(encoding)).toString("base64");
}
