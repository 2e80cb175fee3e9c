import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Passed, Relay } from "../../src/replicas/relay.ts";
import { open, send, until } from "../fixtures/client.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy that passes everything on to an address, and how that came out. */
async function openWay(to: string, grace = 0) {
  const relay = new Relay("one", grace);
  const outcomes: Passed[] = [];
  const url = await listen(async (req, res) => {
    const body = req.method === "GET" ? undefined : await text(req);
    const passed = await relay.pass({ req, res, body }, to);
    outcomes.push(passed);
    if (passed !== "answered") res.writeHead(502).end();
  });
  return { url, relay, outcomes };
}

describe("a request that is passed on to another replica", () => {
  test("that is not there was not sent", async () => {
    const address = await listen(() => {});
    servers.at(-1)?.close();
    const { url, outcomes } = await openWay(address);
    await send(url, "POST", "x");
    expect(outcomes).toEqual(["unreached"]);
  });

  test("that goes away in the middle of it is lost", async () => {
    const { url, outcomes } = await openWay(await listen((req) => req.socket.destroy()));
    await send(url, "POST", "x");
    expect(outcomes).toEqual(["lost"]);
  });

  test("arrives under its own names, and says who passes it on", async () => {
    const address = await listen((req, res) => res.end(JSON.stringify(req.headers)));
    const { url } = await openWay(address);
    const headers = { host: "mcp.example", "x-gateway-assertion": "a", te: "trailers", connection: "close, te" };
    const seen = JSON.parse((await send(`${url}/mcp`, "POST", "body", headers)).text);
    expect(seen).toMatchObject({
      host: "mcp.example",
      "x-gateway-assertion": "a",
      "x-gateway-relayed-by": "one",
      "content-length": "4",
      connection: "keep-alive",
    });
    expect(seen).not.toHaveProperty("te");
  });

  test.each([
    ["of a length", (inner: string) => `Content-Length: ${inner.length}\r\n\r\n${inner}`],
    [
      "in chunks",
      (inner: string) => `Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    ],
  ])("carries no second one in a GET's body %s", async (_form, bodyOf) => {
    const seen: (string | undefined)[] = [];
    const address = await listen((req, res) => {
      seen.push(req.url);
      res.end("passed on");
    });
    const { url } = await openWay(address);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const body = bodyOf("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.write(`GET /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${body}`);
    expect(await text(socket)).toContain("passed on");
    await send(url, "POST", "x"); // on the same connection, behind whatever the first one brought
    expect(seen).toEqual(["/mcp", "/"]);
  });

  test("is answered byte by byte, and its client's leaving is told", async () => {
    let left = false;
    const address = await listen((_req, res) => {
      res.writeHead(200, { "content-type": "text/event-stream", "x-other": "kept" }).write("first");
      res.once("close", () => (left = true));
    });
    const { url, outcomes } = await openWay(address);
    const res = await open(url, "GET");
    expect(res.headers).toMatchObject({ "content-type": "text/event-stream", "x-other": "kept" });
    expect(String((await once(res, "data"))[0])).toBe("first");
    res.destroy();
    await until(() => left);
    expect(outcomes).toEqual(["answered"]);
  });

  test("is answered with headers and the first bytes together, so that a stream that is cut at once can be resumed", async () => {
    let sendEvent = () => {};
    const address = await listen((req, res) => {
      if (req.url === "/other") return void res.end();
      res.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      sendEvent = () => res.write("id: 1\n\n");
    });
    const { url, outcomes } = await openWay(address);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const received: string[] = [];
    socket.on("data", (bytes) => received.push(String(bytes)));
    socket.write("GET /mcp HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(() => outcomes.length === 1);
    await send(`${url}/other`, "GET");
    expect(received).toEqual([]);
    sendEvent();
    await until(() => received.length > 0);
    expect(received[0]).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*id: 1\n\n/);
    socket.destroy();
  });

  test("that hangs is given up once that one counts as dead, and not while it lives", async () => {
    const address = await listen(() => {});
    const { url, relay, outcomes } = await openWay(address);
    const waiting = send(url, "POST", "x");
    await until(() => servers[0]?.listening === true);
    relay.keepOnly(new Set([address]));
    expect(outcomes).toEqual([]);
    await until(() => {
      relay.keepOnly(new Set());
      return outcomes.length > 0;
    });
    expect((await waiting).status).toBe(502);
    expect(outcomes).toEqual(["lost"]);
  });
});
