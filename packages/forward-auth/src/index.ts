export { type Assertion, assertionType, signAssertion, verifyAssertion } from "./assertion.ts";
export {
  authRequestHeaders,
  authResponseHeaders,
  authResponseHeadersPattern,
  identityHeaders,
  mustNotPass,
} from "./headers.ts";
