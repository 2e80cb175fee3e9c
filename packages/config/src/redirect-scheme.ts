/**
 * A private-use URI scheme (RFC 8252 7.1), in lower case, to which a browser may be sent: whatever an operator writes, not
 * to what runs code or reaches files (security.md 14). `http` and `https` have rules of their own.
 */
export const redirectScheme =
  /^(?!(?:https?|javascript|vbscript|data|file|filesystem|blob|about|view-source)$)[a-z][a-z\d+.-]*$/;
