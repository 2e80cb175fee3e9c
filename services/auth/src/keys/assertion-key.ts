import { createECDH, createPrivateKey, createPublicKey, hkdfSync, type JsonWebKey } from "node:crypto";
import type { SigningKey } from "../ports.ts";
import { thumbprint } from "./jwk.ts";

/** Order of P-256 (SEC 2, 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The key that signs X-Gateway-Assertion: P-256 whatever tokens are signed with, as a cold token waits for one
 * signature and RSA's would take ten times the rest of the check. Derived from the root, so that replicas share it; and
 * apart from the keys of tokens, so that no assertion is ever tried as one.
 */
export function deriveAssertionKey(root: string): SigningKey {
  // FIPS 186-5 A.2.1: 128 bits more than needed, so that the remainder is not biased.
  const bits = Buffer.from(hkdfSync("sha256", root, "mcp-oauth-gateway", "assertion", 48));
  const scalar = (BigInt(`0x${bits.toString("hex")}`) % (order - 1n)) + 1n;
  const privateKey = privateKeyOf(Buffer.from(scalar.toString(16).padStart(64, "0"), "hex"));
  const publicKey = createPublicKey(privateKey);
  return { kid: thumbprint(publicKey), algorithm: "ES256", privateKey, publicKey };
}

function privateKeyOf(scalar: Buffer) {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey(); // 4, x, y (SEC 1, 2.3.3)
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), scalar].map((part) => part.toString("base64url"));
  return createPrivateKey({ key: { kty: "EC", crv: "P-256", x, y, d } as JsonWebKey, format: "jwk" });
}
