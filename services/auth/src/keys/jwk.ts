import { createHash, type KeyObject } from "node:crypto";

/** The members that make up a public key, in the lexicographic order that RFC 7638 3.2 asks for. */
const requiredMembers = { RSA: ["e", "kty", "n"], EC: ["crv", "kty", "x", "y"] } as const;

/** The public members of a key, and nothing else: a private one is never copied. */
export function publicMembers(publicKey: KeyObject): Record<string, string> {
  const jwk = publicKey.export({ format: "jwk" }) as Record<string, string>;
  const names = requiredMembers[jwk.kty as keyof typeof requiredMembers];
  return Object.fromEntries(names.map((name) => [name, jwk[name] ?? ""]));
}

/** JWK thumbprint (RFC 7638 3), SHA-256, base64url: our `kid`. */
export function thumbprint(publicKey: KeyObject): string {
  return createHash("sha256")
    .update(JSON.stringify(publicMembers(publicKey)))
    .digest("base64url");
}
