import { hkdfSync } from "node:crypto";
import { join } from "node:path";
import { randomToken } from "../digest.ts";
import type { Ports } from "../ports.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

/**
 * Derives the keys of this service from one root (decision 20; HKDF, RFC 5869). One label each: a key for one purpose
 * tells nothing about another.
 */
export function deriveKeys(root: string): Ports["derivedKeys"] {
  return { csrf: derive(root, "csrf"), logos: derive(root, "logo paths") };
}

/** The root kept in `<folder>/root-secret`, made on the first start: for whoever sets no GATEWAY_JWT_SECRET. */
export async function openRootSecret(folder: string): Promise<string> {
  const path = join(folder, "root-secret");
  const kept = (await readPrivateFile(path))?.trim();
  if (kept) return kept;
  const secret = randomToken();
  await writePrivateFile(path, `${secret}\n`);
  return secret;
}

/** The key that encrypts what replicas share in the store. */
export function deriveSealingKey(root: string): Buffer {
  return derive(root, "signing keys");
}

function derive(root: string, label: string): Buffer {
  return Buffer.from(hkdfSync("sha256", root, "mcp-oauth-gateway", label, 32));
}
