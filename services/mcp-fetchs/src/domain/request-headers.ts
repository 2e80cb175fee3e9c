import { FetchRefused } from "./fetch-refused.ts";

/** The connection's own (RFC 9110 7.6.1, 10.1.1), and the host, which is the URL's alone. */
const ofTheConnection =
  /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|http2-settings|accept-encoding)$/i;

// RFC 9110 5.6.2 and 5.5: a line break would begin another header, or another request.
const token = /^[!#$%&'*+.^_|~0-9A-Za-z`-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const mostHeaders = 50;
const longestValue = 8_192;

/**
 * The headers a caller asked for, by lower-case name. Authorization and Cookie are among what may be sent: they are the
 * caller's own, and go to the origin they were given for alone (`nextHop`).
 * @throws {FetchRefused} on one that would change the connection, or another header
 */
export function parseRequestHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(given);
  if (entries.length > mostHeaders) throw new FetchRefused(`No more than ${mostHeaders} headers can be sent`);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), checkHeader(name, value)]));
}

function checkHeader(name: string, value: string): string {
  if (ofTheConnection.test(name))
    throw new FetchRefused(`The header ${name} cannot be set: it is the connection's own`);
  if (!isWellFormed(name, value)) {
    throw new FetchRefused(
      `The header ${JSON.stringify(name)} cannot be sent: no line breaks, and ${longestValue} characters at most`,
    );
  }
  return value;
}

function isWellFormed(name: string, value: string): boolean {
  return token.test(name) && fieldValue.test(value) && value.length <= longestValue;
}
