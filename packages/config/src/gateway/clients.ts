import { checkKeySet, keySetRule } from "../json-web-key-set.ts";
import { checkRedirectUri, redirectUriRule } from "../redirect-uri.ts";
import type { PreRegisteredClient } from "./gateway-config.ts";
import { resolvePlaceholders } from "./placeholders.ts";
import { type Path, type Report, refuse, refuseUnseen } from "./report.ts";
import type { ClientEntry } from "./schema/client.ts";

/** Characters: long enough that its digest, which is all that auth gets, gives nothing away. */
const shortestSecret = 32;

/**
 * The clients that the operator declares; what is wrong with them goes into the report.
 * @param redirectSchemes that the operator added
 */
export function toClients(
  {
    clients: entries,
    redirectSchemes,
  }: { clients: readonly ClientEntry[]; redirectSchemes?: readonly string[] | undefined },
  at: Path,
  env: NodeJS.ProcessEnv,
  report: Report,
): readonly PreRegisteredClient[] {
  return entries.map((entry, index) => {
    const isRepeated = entries.findIndex(({ id }) => id === entry.id) < index;
    if (isRepeated) refuse(report, [...at, index, "id"], entry.id, "an id that no other client has");
    checkRedirectUris(entry, redirectSchemes, [...at, index], report);
    return toClient(entry, [...at, index], env, report);
  });
}

function toClient(entry: ClientEntry, at: Path, env: NodeJS.ProcessEnv, report: Report): PreRegisteredClient {
  checkId(entry, at, report);
  const { id, name, redirectUris = [], jwks, introspect = false } = entry;
  const secret = entry.secret === undefined ? undefined : resolveSecret(entry.secret, [...at, "secret"], env, report);
  if (secret !== undefined && jwks !== undefined) refuse(report, [...at, "jwks"], "jwks", "jwks or secret, not both");
  if (jwks !== undefined) checkJwks(jwks, [...at, "jwks"], report);
  if (introspect && secret === undefined && jwks === undefined) {
    refuse(report, at, undefined, "a secret or jwks: who asks about tokens must prove who it is");
  }
  if (!introspect && redirectUris.length === 0) {
    refuse(
      report,
      [...at, "redirectUris"],
      undefined,
      'where it is answered, such as ["https://app.example/callback"]',
    );
  }
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(secret === undefined ? {} : { secret }),
    ...(jwks === undefined ? {} : { jwks }),
    redirectUris,
    introspect,
  };
}

function checkId({ id }: ClientEntry, at: Path, report: Report): void {
  // RFC 6749 appendix A.1, without the blank.
  if (!/^[\x21-\x7e]{1,256}$/.test(id)) refuse(report, [...at, "id"], id, "1 to 256 visible ASCII characters");
}

function checkRedirectUris(
  { redirectUris = [] }: ClientEntry,
  redirectSchemes: readonly string[] | undefined,
  at: Path,
  report: Report,
): void {
  for (const [index, uri] of redirectUris.entries()) {
    if (checkRedirectUri(uri, redirectSchemes) === undefined) continue;
    refuse(report, [...at, "redirectUris", index], uri, redirectUriRule);
  }
}

/** A JWK set that cannot be used goes into the report, unseen: it may hold a private key. */
export function checkJwks(jwks: unknown, at: Path, report: Report): void {
  if (!checkKeySet(jwks).ok) refuseUnseen(report, at, keySetRule);
}

/** A secret as it is used, `${env:X}` resolved; one that is too short goes into the report, unseen. */
export function resolveSecret(written: string, at: Path, env: NodeJS.ProcessEnv, report: Report): string {
  const problemsBefore = report.problems.length;
  const secret = resolvePlaceholders(written, at, { env, report, others: "refused", later: [] });
  if (report.problems.length === problemsBefore && secret.length < shortestSecret) {
    refuseUnseen(report, at, `${shortestSecret} characters or more; make one: openssl rand -base64 32`);
  }
  return secret;
}
