import { expect, test } from "@jest/globals";
import { unreadableAnswer } from "../../src/domain/unreadable-request.ts";

test.each([
  ["RFC 6585 5", "HPE_HEADER_OVERFLOW", 431, "16 KiB"],
  ["RFC 9110 15.5.9", "ERR_HTTP_REQUEST_TIMEOUT", 408, "60 seconds"],
  ["RFC 9112 7.1.1", "HPE_CHUNK_EXTENSIONS_OVERFLOW", 413, "without them"],
  ["RFC 9112 2.2", "HPE_INVALID_METHOD", 400, "Look at the request line"],
  ["RFC 9112 2.2", undefined, 400, "Look at the request line"],
])("%s: %s is answered with %d and what to do", (_rule, code, status, advice) => {
  const answer = unreadableAnswer(code, { maxHeaderSize: 16_384, requestTimeout: 60_000 });
  expect(answer).toEqual({ status, description: expect.stringContaining(advice) });
});
