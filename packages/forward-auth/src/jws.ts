import { type KeyObject, sign, verify } from "node:crypto";
import { promisify } from "node:util";

/** How the gateway signs (RFC 7518 3.3, 3.4). */
export type JwsAlgorithm = "RS256" | "ES256";

/** A private key, and what a header says of it. */
export interface JwsKey {
  readonly kid: string;
  readonly algorithm: JwsAlgorithm;
  readonly privateKey: KeyObject;
}

/**
 * Signs claims as a JWT in compact serialization (RFC 7515 7.1). By node:crypto itself, as is the check below: `/verify`
 * does both for every token that it does not remember (decision 100).
 * @param type `typ` of the header
 */
export function signJwt(claims: object, type: string, key: JwsKey): string {
  const signed = signedPart(claims, type, key);
  return withSignature(signed, sign("sha256", Buffer.from(signed), { key: key.privateKey, ...signatureForm }));
}

const signOffLoop = promisify(sign);

/** As `signJwt`, off the event loop: an RSA signature is a millisecond or two in which nobody else would be answered. */
export async function signJwtOffLoop(claims: object, type: string, key: JwsKey): Promise<string> {
  const signed = signedPart(claims, type, key);
  return withSignature(
    signed,
    await signOffLoop("sha256", Buffer.from(signed), { key: key.privateKey, ...signatureForm }),
  );
}

/**
 * Whether a signature is a key's, by RS256 or ES256 as is the key (RFC 7515 5.2). That the header names that algorithm
 * is the caller's to see (RFC 8725 3.1).
 * @param signed the token up to its second dot, as it was sent
 */
export function isSignedBy(publicKey: KeyObject, signed: string, signature: Buffer): boolean {
  return verify("sha256", Buffer.from(signed), { key: publicKey, ...signatureForm }, signature);
}

/** R and S side by side, for elliptic curves (RFC 7518 3.4); an RSA key has one form, PKCS #1 v1.5, and leaves this aside. */
const signatureForm = { dsaEncoding: "ieee-p1363" } as const;

function signedPart(claims: object, typ: string, { kid, algorithm: alg }: JwsKey): string {
  return `${encode({ alg, typ, kid })}.${encode(claims)}`;
}

function withSignature(signed: string, signature: Buffer): string {
  return `${signed}.${signature.toString("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
