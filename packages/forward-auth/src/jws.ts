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
  return withSignature(signed, sign("sha256", Buffer.from(signed), { key: key.privateKey, dsaEncoding }));
}

const signOffLoop = promisify(sign);

/** As `signJwt`, off the event loop: an RSA signature is a millisecond or two in which nobody else would be answered. */
export async function signJwtOffLoop(claims: object, type: string, key: JwsKey): Promise<string> {
  const signed = signedPart(claims, type, key);
  return withSignature(signed, await signOffLoop("sha256", Buffer.from(signed), { key: key.privateKey, dsaEncoding }));
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
  if (!threeParts.test(text)) return undefined;
  const firstDot = text.indexOf(".");
  const secondDot = text.indexOf(".", firstDot + 1);
  const [head, payload] = [text.slice(0, firstDot), text.slice(firstDot + 1, secondDot)];
  const [signed, end] = [text.slice(0, secondDot), text.slice(secondDot + 1)];
  if (!hasCanonicalEnd(head) || !hasCanonicalEnd(payload) || !hasCanonicalEnd(end)) return undefined;
  const header = decodeHeader(head);
  return header && { header, signed, payload, signature: Buffer.from(end, "base64url") };
}

/** The header that was read last: nearly all tokens have the same one. */
let lastHeader: { readonly head: string; readonly header: UncheckedJwt["header"] | undefined } | undefined;

function decodeHeader(head: string): UncheckedJwt["header"] | undefined {
  if (lastHeader?.head !== head) lastHeader = { head, header: decodeObject(head) };
  return lastHeader.header;
}

/** The JSON object in a part; undefined where there is none. */
export function decodeObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(decode(part));
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
  return verify("sha256", Buffer.from(signed), { key: publicKey, dsaEncoding }, signature);
}

/** R and S side by side, for elliptic curves (RFC 7518 3.4); an RSA key has one form, PKCS #1 v1.5, and leaves this aside. */
const dsaEncoding = "ieee-p1363";

/** The algorithm that a public key is for; undefined: for none of ours. */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): JwsAlgorithm | undefined {
  if (asymmetricKeyType === "rsa") return "RS256";
  return asymmetricKeyDetails?.namedCurve === "prime256v1" ? "ES256" : undefined;
}

/** Of a last character in a group of two or three, those without a spare bit set (RFC 4648 3.5). */
const lastOfTwo = "AQgw";
const lastOfThree = "AEIMQUYcgkosw048";

/** Of base64url, without padding. */
const threeParts = /^[\w-]+\.[\w-]+\.[\w-]+$/;

// security.md 6: spare bits in a last character, or padding, would make a second text of one token.
function hasCanonicalEnd(part: string): boolean {
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

function signedPart(claims: object, typ: string, key: JwsKey): string {
  return `${headOf(key, typ)}.${encode(claims)}`;
}

/** The encoded header that each key wrote last: it signs one kind of JWT, thousands of times. */
const heads = new WeakMap<JwsKey, { readonly typ: string; readonly head: string }>();

function headOf(key: JwsKey, typ: string): string {
  const known = heads.get(key);
  if (known?.typ === typ) return known.head;
  const head = encode({ alg: key.algorithm, typ, kid: key.kid });
  heads.set(key, { typ, head });
  return head;
}

function withSignature(signed: string, signature: Buffer): string {
  return `${signed}.${signature.toString("base64url")}`;
}

/** What is turned into another form at once, and not kept: a Buffer each would be garbage for every token. */
const passage = Buffer.alloc(8_192);
/** No character takes more than three bytes. */
const longestPassing = passage.length / 3;

function encode(value: object): string {
  const text = JSON.stringify(value);
  if (text.length > longestPassing) return Buffer.from(text).toString("base64url");
  return passage.toString("base64url", 0, passage.write(text));
}

function decode(part: string): string {
  if (part.length > longestPassing) return Buffer.from(part, "base64url").toString();
  return passage.toString("utf8", 0, passage.write(part, "base64url"));
}
