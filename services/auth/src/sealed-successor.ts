import { hkdfSync } from "node:crypto";
import { seal, unseal } from "./sealing.ts";

/** What a refresh handed out, so that a repeat within the grace gets the very same (oauth-wire 6.3). */
export interface Successor {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly scope: string;
  /** When the access token ends, seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Encrypts a successor under a key that only the presented refresh token gives (HKDF-SHA256): the store knows that
 * token's digest alone, so a dump of it holds no usable token.
 */
export function sealSuccessor(presentedToken: string, successor: Successor): string {
  return seal(sealingKey(presentedToken), JSON.stringify(successor));
}

/** Undoes `sealSuccessor`; throws when the token is another one or the text was changed. */
export function openSuccessor(presentedToken: string, sealedSuccessor: string): Successor {
  return JSON.parse(unseal(sealingKey(presentedToken), sealedSuccessor)) as Successor;
}

function sealingKey(presentedToken: string): Buffer {
  return Buffer.from(hkdfSync("sha256", presentedToken, "", "refresh successor", 32));
}
