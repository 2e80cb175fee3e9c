import type { Snapshot } from "@gateway/store";
import { z } from "zod";

const format = "mcp-oauth-gateway backup";
/** Changes when a backup of before could not be read as it is any more. */
const version = 1;

const id = z.string().min(1).max(10_000);
const time = z.number();
const texts = z.array(z.string());

const Client = z.looseObject({
  clientId: id,
  clientIdIssuedAt: time,
  redirectUris: texts,
  grantTypes: texts,
  responseTypes: texts,
  tokenEndpointAuthMethod: z.enum(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]),
  secretDigest: z.string().optional(),
  registrationTokenDigest: z.string().optional(),
  display: z.record(z.string(), z.unknown()),
  lastUsedAt: time.optional(),
  expiresAt: time.optional(),
});

const Grant = z.looseObject({
  grantId: id,
  clientId: id,
  user: z.looseObject({ sub: id, login: z.string() }),
  resource: id,
  scope: z.string(),
  authTime: time,
  createdAt: time,
  expiresAt: time,
  name: z.string().optional(),
});

const RefreshToken = z.strictObject({
  token: z.strictObject({ digest: id, grantId: id, issuedAt: time, expiresAt: time }),
  used: z.strictObject({ at: time, successorDigest: id, sealedSuccessor: z.string() }).optional(),
});

const Backup = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  createdAt: z.iso.datetime(),
  issuer: z.url(),
  clients: z.array(z.strictObject({ client: Client, order: time })),
  grants: z.array(z.strictObject({ grant: Grant, order: time })),
  refreshTokens: z.array(RefreshToken),
  loginOwners: z.array(z.strictObject({ login: id, sub: id })),
  endedGrants: z.array(z.strictObject({ grantId: id, expiresAt: time })),
  revokedAccessTokens: z.array(z.strictObject({ jti: id, expiresAt: time })),
  usedAssertions: z.array(z.strictObject({ digest: id, expiresAt: time })),
});

/** A backup as JSON. `now`: seconds since the epoch. */
export function renderBackup(
  snapshot: Snapshot,
  { issuer, now }: { readonly issuer: string; readonly now: number },
): Readonly<Record<string, unknown>> {
  return { format, version, createdAt: new Date(now * 1_000).toISOString(), issuer, ...snapshot };
}

export type ParsedBackup =
  | { readonly ok: true; readonly snapshot: Snapshot; readonly issuer: string; readonly createdAt: string }
  | { readonly ok: false; readonly problem: string };

/** Reads a backup, whole or not at all; else says what is wrong with it. */
export function parseBackup(value: unknown): ParsedBackup {
  const about = Object(value) as { format?: unknown; version?: unknown };
  if (about.format !== format) return { ok: false, problem: "This is no backup of the gateway. Make one: just backup" };
  if (about.version !== version) {
    const problem = `This backup has version ${JSON.stringify(about.version)}; this gateway reads version ${version}.`;
    return { ok: false, problem };
  }
  const parsed = Backup.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `The backup is damaged at ${issue?.path.join(".") || "its top"}: ${issue?.message}` };
  }
  const { format: _format, version: _version, createdAt, issuer, ...snapshot } = parsed.data;
  // What JSON leaves out is absent, never undefined, as the store's types want it.
  return { ok: true, snapshot: snapshot as Snapshot, issuer, createdAt };
}
