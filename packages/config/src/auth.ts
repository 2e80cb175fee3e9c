// The door for services/auth: what it needs, without the schemas of gateway.json, which would sit in its memory unused.
export { AuthEnv } from "./env/auth.ts";
export { parseEnv } from "./env/parse-env.ts";
export { isOffered, offeredWayProblems, type SignInWay, signInWays } from "./env/sign-in.ts";
export { isLoopbackName } from "./env/values.ts";
export { readVariableFiles } from "./env/variable-files.ts";
export {
  type AssertionAlgorithm,
  assertionAlgorithms,
  checkKeySet,
  findKeys,
  holdsSecretKey,
  type KeySetRefusal,
  keySetRule,
} from "./json-web-key-set.ts";
export { openIdPrefix } from "./openid-entry.ts";
export { ConfigError } from "./problem.ts";
export {
  checkRedirectUri,
  loopbackUri,
  outOfBand,
  type RedirectUriRefusal,
  redirectUriRule,
} from "./redirect-uri.ts";
