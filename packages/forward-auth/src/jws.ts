import { type KeyObject, sign, verify } from "node:crypto";
import { promisify } from "node:util";

/** How the gateway signs (RFC 7518 3.3, 3.4). */
export type JwsAlgorithm = "RS256" | "ES256";

/** Seconds for which a JWT past its end is still accepted (security.md 6): what it rests on must outlive it by these. */
export const clockSkew = 30;

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

/** A text of a JWT's form, taken apart (RFC 7515 3.1). Nothing in it is to be believed yet. */
export interface UncheckedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  /** Header and payload as they were sent: what the signature is of. */
  readonly signed: string;
  /** base64url. */
  readonly payload: string;
  readonly signature: Buffer;
}

/** Takes a text apart; undefined where it is not three parts of canonical base64url, the first a JSON object. */
export function parseJwt(text: string): UncheckedJwt | undefined {
  const [head = "", payload = "", end = "", ...more] = text.split(".");
  if (more.length > 0 || ![head, payload, end].every(isCanonicalBase64url)) return undefined;
  const header = decodeObject(head);
  const signed = text.slice(0, head.length + 1 + payload.length);
  return header && { header, signed, payload, signature: Buffer.from(end, "base64url") };
}

/** The JSON object in a part; undefined where there is none. */
export function decodeObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // not JSON: whatever the reason, it is no token
  }
}

/**
 * Whether a header names what is not the sender's to say: a key is ours or nothing, and an extension that we do not know is
 * not ignored (RFC 8725 3.10, RFC 7515 4.1.11).
 */
export function isForbiddenHeader(header: object): boolean {
  return ["jwk", "jku", "x5u", "x5c", "crit"].some((name) => name in header);
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

/** The algorithm that a public key is for; undefined: for none of ours. */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): JwsAlgorithm | undefined {
  if (asymmetricKeyType === "rsa") return "RS256";
  return asymmetricKeyDetails?.namedCurve === "prime256v1" ? "ES256" : undefined;
}

/** Of a last character in a group of two or three, those without a spare bit set (RFC 4648 3.5). */
const lastOfTwo = "AQgw";
const lastOfThree = "AEIMQUYcgkosw048";

// security.md 6: spare bits in a last character, or padding, would make a second text of one token.
function isCanonicalBase64url(part: string): boolean {
  if (!/^[\w-]+$/.test(part)) return false;
  const last = part.charAt(part.length - 1);
  switch (part.length % 4) {
    case 0:
      return true;
    case 2:
      return lastOfTwo.includes(last);
    case 3:
      return lastOfThree.includes(last);
    default:
      return false;
  }
}

function signedPart(claims: object, typ: string, { kid, algorithm: alg }: JwsKey): string {
  return `${encode({ alg, typ, kid })}.${encode(claims)}`;
}

function withSignature(signed: string, signature: Buffer): string {
  return `${signed}.${signature.toString("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
