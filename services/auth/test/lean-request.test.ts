import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createAuthServer } from "../src/server.ts";
import { openLog } from "./fixtures/watched-log.ts";

/** Each request that was handed over, with the headers that it had then. */
let handedOver: IncomingMessage["headers"][];
let server: ReturnType<typeof createAuthServer>;

beforeEach(async () => {
  handedOver = [];
  server = createAuthServer({
    verify: (req, res) => {
      handedOver.push(req.headers);
      res.end();
      return undefined;
    },
    app: (req, res) => {
      handedOver.push(req.headers);
      res.end();
    },
    logger: openLog(),
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The whole answer to a request of these lines. */
async function answerTo(...lines: readonly string[]): Promise<string> {
  const socket = connect((server.address() as { port: number }).port, "127.0.0.1");
  socket.write([...lines, "", ""].join("\r\n"));
  return text(socket);
}

describe("node:http's own rules hold for /verify, though it makes no table of its headers", () => {
  test("a request without Host is refused (RFC 9112 3.2)", async () => {
    expect(await answerTo("GET /verify HTTP/1.1", "Connection: close")).toMatch(/^HTTP\/1\.1 400 /);
    expect(handedOver).toHaveLength(0);
  });

  test("an expectation that is not known is refused (RFC 9110 10.1.1)", async () => {
    const answer = await answerTo("GET /verify HTTP/1.1", "Host: auth", "Expect: more", "Connection: close");
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    expect(handedOver).toHaveLength(0);
  });

  test.each([["Expect"], ["expect"]])("%s: 100-continue is answered before the request", async (name) => {
    const answer = await answerTo("GET /verify HTTP/1.1", "host: auth", `${name}: 100-continue`, "Connection: close");
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  test("one of HTTP/1.0 needs no Host", async () => {
    expect(await answerTo("GET /verify HTTP/1.0")).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test.each([["/"], ["/token"], ["/verify/"], ["/verify?a=b"]])("%s has all of its headers", async (path) => {
  const headers = ["Host: auth", "X-A: 1", "X-A: 2", "Cookie: a", "Cookie: b", "Connection: close"];
  await answerTo(`GET ${path} HTTP/1.1`, ...headers);
  expect(handedOver).toEqual([{ host: "auth", "x-a": "1, 2", cookie: "a; b", connection: "close" }]);
});
