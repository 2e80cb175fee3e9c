import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { send, sendRaw, servers, tableOf } from "./harness.ts";

const { start, startEdge, closeAll } = servers();
afterEach(closeAll);

const allow: RequestListener = (_req, res) => void res.writeHead(200, { "X-User-Id": "7" }).end();
const never: RequestListener = (_req, res) => void res.end("reached");
const head = "POST /mcp HTTP/1.1\r\nHost: m1.localhost\r\nTransfer-Encoding: chunked\r\n\r\n";

/** An answer's status line, headers and JSON body, of bytes that hold one answer and nothing else. */
function parse(answer: string) {
  const [top = "", body = ""] = answer.split("\r\n\r\n");
  return { status: Number(top.split(" ")[1]), headers: top.toLowerCase(), body: JSON.parse(body) };
}

describe("a request that cannot be read", () => {
  test.each([
    ["not HTTP", 400, "\x16\x03\x01\x02\r\n\r\n"],
    ["headers without a colon", 400, "GET /mcp HTTP/1.1\r\nHost m1.localhost\r\n\r\n"],
    ["two lengths", 400, `${head.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\n")}0\r\n\r\n`],
    ["no Host", 400, "GET /mcp HTTP/1.1\r\n\r\n"],
    ["too large an address", 431, `GET /mcp?${"a".repeat(20_000)} HTTP/1.1\r\nHost: m1.localhost\r\n\r\n`],
    ["too large a header", 431, `GET /mcp HTTP/1.1\r\nHost: m1.localhost\r\nCookie: ${"a".repeat(20_000)}\r\n\r\n`],
  ])("is answered with a JSON error, and the connection closed: %s is %d", async (_what, status, bytes) => {
    const edge = await startEdge(tableOf({ auth: await start(allow), m1: await start(never) }));
    const answer = parse(await sendRaw(edge, bytes));
    expect(answer).toMatchObject({ status, body: { error: "invalid_request", error_description: expect.any(String) } });
    expect(answer.headers).toContain("connection: close");
    expect(answer.headers).toContain("content-type: application/json");
  });

  test("has its answer arrive also while the client is still sending it", async () => {
    const edge = await startEdge(tableOf({ auth: await start(allow), m1: await start(never) }));
    const bytes = `GET /mcp HTTP/1.1\r\nHost: m1.localhost\r\nCookie: ${"a".repeat(2_000_000)}\r\n\r\n`;
    expect(parse(await sendRaw(edge, bytes)).status).toBe(431);
  });

  test("is not sent on when its body turns out so while /verify is asked", async () => {
    let asked: (res: Parameters<RequestListener>[1]) => void = () => {};
    const verifying = new Promise<Parameters<RequestListener>[1]>((resolve) => {
      asked = resolve;
    });
    let reached = false;
    const m1 = await start((_req, res) => {
      reached = true;
      res.end();
    });
    const edge = await startEdge(tableOf({ auth: await start((_req, res) => asked(res)), m1 }));
    const socket = connect(edge, "127.0.0.1");
    socket.write(head);
    const verdict = await verifying;
    socket.write("not a chunk\r\n");
    expect(parse(await text(socket))).toMatchObject({ status: 400, body: { error: "invalid_request" } });
    verdict.end();
    expect((await send(edge, "/", { host: "evil.example" })).statusCode).toBe(404); // alive, and has gone on
    expect(reached).toBe(false);
  });

  test("ends an answer that has begun, and writes no second one into it", async () => {
    const m1 = await start((req: IncomingMessage, res) => {
      req.on("error", () => {});
      res.write("data: 1\n\n");
    });
    const edge = await startEdge(tableOf({ auth: await start(allow), m1 }));
    const socket = connect(edge, "127.0.0.1");
    socket.write(`${head}2\r\n{}\r\n`);
    let received = "";
    socket.on("data", (chunk) => {
      if (!received.includes("data: 1") && String(chunk).includes("data: 1")) socket.write("not a chunk\r\n");
      received += chunk;
    });
    await once(socket, "close");
    expect(received.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(received).toContain("data: 1");
  });
});
