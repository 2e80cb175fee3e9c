import { timingSafeEqual } from "node:crypto";

/** Compares two secrets, or what was made from them, in constant time (security.md 9). */
export function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
