import { hash, randomBytes } from "node:crypto";

/** SHA-256 of a secret, base64url: what the store keeps in its place (security.md 9). */
export function digest(value: string): string {
  return hash("sha256", value, "base64url");
}

/** A random value of at least `bits` bits, base64url. */
export function randomToken(bits = 256): string {
  return randomBytes(Math.ceil(bits / 8)).toString("base64url");
}
