export { type Assertion, assertionType, signAssertion, type VerifiedAssertion, verifyAssertion } from "./assertion.ts";
export { answerAuthAway, authAwayHeaders, authPatience } from "./auth-away.ts";
export {
  authRequestHeaders,
  authResponseHeaders,
  authResponseHeadersPattern,
  identityHeaders,
  mustNotPass,
} from "./headers.ts";
export {
  clockSkew,
  decodeObject,
  isForbiddenHeader,
  isSignedBy,
  type JwsAlgorithm,
  type JwsKey,
  parseJwt,
  signJwt,
  signJwtOffLoop,
  type UncheckedJwt,
} from "./jws.ts";
export { baseScope, hasScope, type ImpliedScopes, splitScope, withImplied } from "./scope.ts";
export { headerText, userIdText } from "./user.ts";
export { type ChallengeError, renderChallenge, resourceMetadataUrl } from "./www-authenticate.ts";
