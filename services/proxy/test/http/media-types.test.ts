import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { readAccept } from "../../src/http/media-types.ts";

const accepted = (accept: string | undefined) => readAccept({ headers: { accept } } as IncomingMessage);

describe("Accept (RFC 9110 12.5.1)", () => {
  test.each([
    [undefined, true, true],
    ["", true, true],
    ["*/*", true, true],
    ["application/json, text/event-stream", true, true],
    ["APPLICATION/JSON;charset=utf-8 , Text/Event-Stream;q=0.1", true, true],
    ["application/*", true, false],
    ["text/*;q=0.001", false, true],
    ["text/html", false, false],
    ["application/json;q=0", false, false],
    ["application/json, text/event-stream;q=0", true, false],
    // The most specific range counts, wherever it stands.
    ["text/event-stream;q=0, */*", true, false],
    ["*/*, application/json; q=0.000", false, true],
    ["text/*;q=0, text/event-stream", false, true],
    ["*/*;q=0, application/*", true, false],
  ])("%j allows JSON: %s, a stream: %s", (accept, json, stream) => {
    expect(accepted(accept)).toEqual({ json, stream });
  });
});
