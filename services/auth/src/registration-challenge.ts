import { checkBearer } from "./domain/bearer.ts";
import { OAuthError } from "./errors.ts";

/**
 * The error for whoever did not prove that it may register, or change a registration (RFC 7591 3, RFC 7592 2).
 * @param authorization the headers in which no good token was
 */
export function registrationChallenge(authorization: readonly string[], description: string): OAuthError {
  const bearer = checkBearer(authorization);
  // RFC 6750 3.1: who showed nothing is told of no error.
  const error = !bearer.ok && bearer.refusal === "no_token" ? "" : ', error="invalid_token"';
  const headers = { "WWW-Authenticate": `Bearer realm="register"${error}` };
  return new OAuthError("invalid_token", description, { to: "caller", headers });
}
