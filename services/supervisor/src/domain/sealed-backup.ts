import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from "node:crypto";

/** A backup that nobody reads without its passphrase: AES-256-GCM under a key that scrypt (RFC 7914) makes from it. */
export interface SealedBackup {
  readonly format: typeof sealedFormat;
  readonly version: 1;
  /** Base64, as the two below. */
  readonly salt: string;
  readonly nonce: string;
  /** Ciphertext, then the tag of 16 bytes. */
  readonly sealed: string;
}

const sealedFormat = "mcp-oauth-gateway backup, encrypted";
const tagLength = 16;
/** 128 MB and some tenths of a second for each guess. Part of version 1 of the format. */
const cost: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 };

/** Characters that a passphrase must have. */
export const shortestPassphrase = 12;

/** Encrypts a text. */
export async function sealBackup(text: string, passphrase: string): Promise<SealedBackup> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", await keyOf(passphrase, salt), nonce).setAAD(Buffer.from(sealedFormat));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  const base64 = (bytes: Buffer) => bytes.toString("base64");
  return { format: sealedFormat, version: 1, salt: base64(salt), nonce: base64(nonce), sealed: base64(sealed) };
}

/** Whether a file's content is an encrypted backup. */
export function isSealedBackup(content: unknown): content is { readonly format: typeof sealedFormat } {
  return Object(content).format === sealedFormat;
}

/** Decrypts one; undefined when the passphrase is another one, or the file was changed. */
export async function openBackup(content: unknown, passphrase: string): Promise<string | undefined> {
  const { version, ...texts } = Object(content) as Partial<SealedBackup>;
  const [salt, nonce, sealed] = [texts.salt, texts.nonce, texts.sealed].map((text) =>
    Buffer.from(String(text), "base64"),
  );
  if (version !== 1 || salt === undefined || nonce?.length !== 12 || sealed === undefined) return undefined;
  if (sealed.length < tagLength) return undefined;
  const key = await keyOf(passphrase, salt);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(sealedFormat)).setAuthTag(sealed.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagLength)), decipher.final()]).toString("utf8");
  } catch {
    return undefined; // the tag does not fit; there is no other failure
  }
}

function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same letters typed on another system may be other bytes.
    scrypt(passphrase.normalize("NFKC"), salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
