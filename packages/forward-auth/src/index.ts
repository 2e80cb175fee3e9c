export { type Assertion, assertionType, signAssertion, type VerifiedAssertion, verifyAssertion } from "./assertion.ts";
export {
  authRequestHeaders,
  authResponseHeaders,
  authResponseHeadersPattern,
  identityHeaders,
  mustNotPass,
} from "./headers.ts";
export { headerText, userIdText } from "./user.ts";
