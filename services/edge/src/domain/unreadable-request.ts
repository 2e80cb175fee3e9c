/** How a request is answered that Node could not read to its end. */
export interface UnreadableAnswer {
  readonly status: 400 | 408 | 413 | 431;
  readonly description: string;
}

/** What a client can send at the most, and how long it may take. */
export interface ReadingLimits {
  /** Bytes of the request line and the headers together. */
  readonly maxHeaderSize: number;
  /** Milliseconds for a whole request, with its body. */
  readonly requestTimeout: number;
}

/**
 * The one table from what Node's HTTP parser says to the wire.
 * @param code of the error that a server's `clientError` event brings
 */
export function unreadableAnswer(code: string | undefined, limits: ReadingLimits): UnreadableAnswer {
  switch (code) {
    case "HPE_HEADER_OVERFLOW": // RFC 6585 5
      return {
        status: 431,
        description: `The address and the headers are larger than ${limits.maxHeaderSize / 1024} KiB together. Send fewer cookies, or shorter values.`,
      };
    case "ERR_HTTP_REQUEST_TIMEOUT": // RFC 9110 15.5.9
      return {
        status: 408,
        description: `The request was not complete after ${limits.requestTimeout / 1000} seconds. Send it again, on a new connection.`,
      };
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW": // RFC 9112 7.1.1
      return { status: 413, description: "The body's chunk extensions are too large. Send the body without them." };
    default: // RFC 9112 2.2
      return {
        status: 400,
        description:
          "This is not HTTP/1.1 that can be read in one way. Look at the request line, the headers and the body's length.",
      };
  }
}
