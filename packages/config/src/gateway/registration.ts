import { checkJwks, resolveSecret } from "./clients.ts";
import type { RegistrationRules } from "./gateway-config.ts";
import { type Path, type Report, refuse } from "./report.ts";
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
    resolveSecret(written, [...at, "initialAccessTokens", index], env, report),
  );
  return {
    ...(tokens === undefined ? {} : { initialAccessTokens: tokens }),
    ...(softwareStatements === undefined ? {} : { softwareStatements }),
    ...(rotate === undefined ? {} : { rotate }),
  };
}
