import { checkJwks, resolveSecret } from "./clients.ts";
import type { RegistrationRules } from "./gateway-config.ts";
import { type Path, type Report, refuse, refuseUnseen } from "./report.ts";
import type { RegistrationEntry } from "./schema/registration.ts";

/** How clients may register themselves; what is wrong with that goes into the report. */
export function toRegistration(
  { initialAccessTokens, softwareStatements, rotate }: RegistrationEntry,
  at: Path,
  env: NodeJS.ProcessEnv,
  report: Report,
): RegistrationRules {
  for (const [index, { issuer, jwks }] of (softwareStatements ?? []).entries()) {
    const isRepeated = softwareStatements?.findIndex((other) => other.issuer === issuer) !== index;
    if (isRepeated) refuse(report, [...at, "softwareStatements", index, "issuer"], issuer, "an issuer named once");
    checkJwks(jwks, [...at, "softwareStatements", index, "jwks"], report);
  }
  const tokens = initialAccessTokens?.map((written, index) =>
    resolveToken(written, [...at, "initialAccessTokens", index], env, report),
  );
  return {
    ...(tokens === undefined ? {} : { initialAccessTokens: tokens }),
    ...(softwareStatements === undefined ? {} : { softwareStatements }),
    ...(rotate === undefined ? {} : { rotate }),
  };
}

/** A token as it is shown, `${env:X}` resolved; one that nobody could show goes into the report, unseen. */
function resolveToken(written: string, at: Path, env: NodeJS.ProcessEnv, report: Report): string {
  const problemsBefore = report.problems.length;
  const token = resolveSecret(written, at, env, report);
  const isShowable = /^[\w.~+/-]+=*$/.test(token); // RFC 6750 2.1: b64token
  if (report.problems.length === problemsBefore && !isShowable) {
    refuseUnseen(report, at, "letters, digits and - . _ ~ + / alone, = at the end; make one: openssl rand -base64 32");
  }
  return token;
}
