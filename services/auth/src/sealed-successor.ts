import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** What a refresh handed out, so that a repeat within the grace gets the very same (oauth-wire 6.3). */
export interface Successor {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly scope: string;
  /** When the access token ends, seconds since the epoch. */
  readonly expiresAt: number;
}

const ivLength = 12;
const tagLength = 16;

/**
 * Encrypts a successor (AES-256-GCM) under a key that only the presented refresh token gives (HKDF-SHA256): the store
 * knows that token's digest alone, so a dump of it holds no usable token.
 */
export function sealSuccessor(presentedToken: string, successor: Successor): string {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(presentedToken), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(successor), "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Undoes `sealSuccessor`; throws when the token is another one or the text was changed. */
export function openSuccessor(presentedToken: string, sealedSuccessor: string): Successor {
  const bytes = Buffer.from(sealedSuccessor, "base64url");
  const iv = bytes.subarray(0, ivLength);
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(presentedToken), iv, { authTagLength: tagLength });
  decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
  const opened = Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]);
  return JSON.parse(opened.toString("utf8")) as Successor;
}

function sealingKey(presentedToken: string): Buffer {
  return Buffer.from(hkdfSync("sha256", presentedToken, "", "refresh successor", 32));
}
