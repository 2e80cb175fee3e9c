import { once } from "node:events";
import { type IncomingMessage, type RequestListener, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { send, sendForJson, sendRaw, servers, tableOf } from "./harness.ts";

const { start, startEdge, closeAll } = servers();
afterEach(closeAll);

/** Answers with what it received. */
const echo: RequestListener = async (req, res) => {
  const body = await text(req);
  res.setHeader("content-type", "application/json");
  res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, rawHeaders: req.rawHeaders, body }));
};
const allow: RequestListener = (_req, res) =>
  void res.writeHead(200, { "X-User-Id": "7", "X-User-Name": "mona" }).end();

/** A request that must not reach a server, as it would be hidden in another one's body. */
const inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

/** An edge before a server of which is seen what it is asked. */
async function startWatched() {
  const seen: (string | undefined)[] = [];
  const m1 = await start((req, res) => {
    seen.push(req.url);
    echo(req, res);
  });
  return { edge: await startEdge(tableOf({ auth: await start(allow), m1 })), seen };
}

describe("a request that /verify allows", () => {
  test("reaches the server with the identity and without anything the client said about itself", async () => {
    const edge = await startEdge(tableOf({ auth: await start(allow), m1: await start(echo) }));
    const { body } = await sendForJson(edge, "/mcp?a=1", {
      method: "POST",
      headers: {
        "X-User-Id": ["1", "2"],
        X_User_Id: "3",
        "x.user.name": "root",
        "X-Auth-Token": "forged",
        "X-Gateway-Assertion": "forged",
        "X-Forwarded-For": "10.0.0.1",
        X_Forwarded_Host: "evil",
        Authorization: "Bearer t",
        Cookie: "session=1",
        Connection: "x-user-name",
        Accept: "application/json",
      },
      body: "hello",
    });
    expect(body).toMatchObject({ method: "POST", url: "/mcp?a=1", body: "hello" });
    expect(body.headers).toMatchObject({ "x-user-id": "7", "x-user-name": "mona", accept: "application/json" });
    expect(body.headers).toMatchObject({ host: "m1.localhost", "x-forwarded-for": "127.0.0.1" });
    const text = JSON.stringify(body.rawHeaders);
    for (const forged of ["forged", "root", "10.0.0.1", "evil", "Bearer", "session=1", "x_user_id", '"1"', '"3"']) {
      expect(text).not.toContain(forged);
    }
  });

  test("loses its prefix after /verify has seen the whole path", async () => {
    let asked: unknown;
    const auth = await start((req, res) => {
      asked = req.headers["x-forwarded-uri"];
      allow(req, res);
    });
    const edge = await startEdge(tableOf({ auth, m1: await start(echo) }));
    const { body } = await sendForJson(edge, "/m1/mcp/x?q=1", { host: "localhost" });
    expect([asked, body.url]).toEqual(["/m1/mcp/x?q=1", "/mcp/x?q=1"]);
  });

  test("takes on a replaced path and set headers, and keeps its query", async () => {
    const table = tableOf({ auth: await start(allow), m1: await start(echo) }, [
      { kind: "replace-path", path: "/api/mcp" },
      { kind: "set-headers", headers: { Authorization: "Bearer of-the-server", "X-Auth-Token": "" } },
    ]);
    const { body } = await sendForJson(await startEdge(table), "/mcp?q=1");
    expect(body).toMatchObject({ url: "/api/mcp?q=1", headers: { authorization: "Bearer of-the-server" } });
    expect(body.headers).not.toHaveProperty("x-auth-token");
  });

  test("arrives whole when its body is chunked, whatever Connection says", async () => {
    const edge = await startEdge(tableOf({ auth: await start(allow), m1: await start(echo) }));
    for (const method of ["POST", "GET"]) {
      const answer = await sendRaw(
        edge,
        `${method} /mcp HTTP/1.1\r\nHost: m1.localhost\r\nConnection: close, transfer-encoding\r\n` +
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-User-Id: 1\r\n\r\n",
      );
      expect(answer).toContain('"body":"hello"');
      expect(answer).toContain('"x-user-id":"7"');
    }
  });

  test("cannot carry a second one in an unframed body", async () => {
    const { edge, seen } = await startWatched();
    const head = "DELETE /mcp HTTP/1.1\r\nHost: m1.localhost\r\n";
    const chunked = `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    expect(await sendRaw(edge, chunked)).toMatch(/^HTTP\/1.1 411 /);
    const named = `${head}Content-Length: ${inner.length}\r\nConnection: close, content-length\r\n\r\n${inner}`;
    expect(await sendRaw(edge, named)).toMatch(/^HTTP\/1.1 200 /);
    expect(seen).toEqual(["/mcp"]);
  });

  test.each(["GET", "HEAD", "POST", "DELETE"])(
    "cannot carry a second one in a %s whose framing comes behind more headers than are read",
    async (method) => {
      const { edge, seen } = await startWatched();
      const head = `${method} /mcp HTTP/1.1\r\nHost: m1.localhost\r\nConnection: close\r\n${"a:\r\n".repeat(2_000)}`;
      await sendRaw(edge, `${head}Content-Length: ${inner.length}\r\n\r\n${inner}`);
      const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
      await sendRaw(edge, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
      expect(seen).not.toContain("/smuggled");
    },
  );
});

describe("what /verify gets to see", () => {
  test("is the edge's word about method, host, path and peer, and the listed headers", async () => {
    let asked: IncomingMessage | undefined;
    const auth = await start((req, res) => {
      asked = req;
      allow(req, res);
    });
    const edge = await startEdge(tableOf({ auth, m1: await start(echo) }));
    await sendForJson(edge, "/mcp?x=1", {
      method: "POST",
      host: "M1.localhost:8080",
      headers: {
        Authorization: "Bearer t",
        Cookie: "c",
        "X-Forwarded-Host": "evil",
        X_Forwarded_Uri: "/evil",
        "Mcp-Method": "tools/list",
      },
      body: "{}",
    });
    expect(asked?.method).toBe("GET");
    const { host: _host, connection: _connection, ...headers } = asked?.headers ?? {};
    expect(headers).toEqual({
      authorization: "Bearer t",
      "mcp-method": "tools/list",
      "x-forwarded-method": "POST",
      "x-forwarded-host": "M1.localhost:8080",
      "x-forwarded-uri": "/mcp?x=1",
      "x-forwarded-proto": "http",
      "x-forwarded-for": "127.0.0.1",
    });
  });
});

describe("a request that /verify does not allow", () => {
  let reached = 0;
  const counted: RequestListener = (_req, res) => {
    reached += 1;
    res.end();
  };
  beforeEach(() => {
    reached = 0;
  });

  test.each([401, 403, 503])(
    "gets its %d with headers and body, and CORS; the server is not reached",
    async (status) => {
      const auth = await start((_req, res) => {
        res.writeHead(status, { "WWW-Authenticate": 'Bearer resource_metadata="x"', "Cache-Control": "no-store" });
        res.end('{"error":"no"}');
      });
      const edge = await startEdge(tableOf({ auth, m1: await start(counted) }));
      const answer = await sendForJson(edge, "/mcp", {
        method: "POST",
        headers: { Origin: "http://localhost:1" },
        body: "{}",
      });
      expect(answer).toMatchObject({ status, body: { error: "no" } });
      expect(answer.headers).toMatchObject({
        "www-authenticate": 'Bearer resource_metadata="x"',
        "cache-control": "no-store",
        "access-control-allow-origin": "http://localhost:1",
        "access-control-expose-headers": expect.stringContaining("WWW-Authenticate"),
        vary: "Origin",
      });
      expect(reached).toBe(0);
    },
  );

  test("gets 503 with Retry-After and CORS while auth is down; the server is not reached", async () => {
    const auth = await start(allow);
    await closeAll();
    const edge = await startEdge(tableOf({ auth, m1: await start(counted) }));
    const answer = await sendForJson(edge, "/mcp", { headers: { Origin: "http://localhost:1" } });
    expect(answer).toMatchObject({ status: 503, body: { error: "temporarily_unavailable" } });
    expect(answer.headers).toMatchObject({ "retry-after": "5", "access-control-allow-origin": "http://localhost:1" });
    expect(reached).toBe(0);
  });
});

describe("answers of a server", () => {
  test("arrive as they are written: headers before any byte, each event before the end", async () => {
    let push: (text: string) => void = () => {};
    const m1 = await start((_req, res) => {
      res.writeHead(200, {
        "Content-Type": "text/event-stream",
        "Access-Control-Allow-Origin": "*",
        Connection: "x-hop",
        "X-Hop": "1",
      });
      res.flushHeaders();
      push = (chunk) => res.write(chunk);
    });
    const edge = await startEdge(tableOf({ auth: await start(allow), m1 }));
    const answer = await send(edge, "/mcp", { headers: { Origin: "https://evil.example" } });
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.headers).not.toHaveProperty("x-hop");
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      push(event);
      const [chunk] = await once(answer, "data");
      expect(String(chunk)).toBe(event);
    }
    answer.destroy();
  });

  test("are cut short for the client when the server breaks off", async () => {
    const m1 = await start((_req, res) => {
      res.write("data: 1\n\n", () => res.destroy());
    });
    const edge = await startEdge(tableOf({ auth: await start(allow), m1 }));
    await expect(text(await send(edge, "/mcp"))).rejects.toThrow("aborted");
  });

  test("are 503 when the server breaks off before it answered", async () => {
    const m1 = await start((req) => req.socket.destroy());
    const edge = await startEdge(tableOf({ auth: await start(allow), m1 }));
    expect(await sendForJson(edge, "/mcp")).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  });
});

describe("an auth that hangs", () => {
  test("is given up after the time that its route gives it: 503 that says where to look", async () => {
    const { routes, ...table } = tableOf({ auth: await start(() => {}), m1: await start(echo) });
    const inTime = routes.map((route) => (route.service === "auth" ? { ...route, patience: 0.2 } : route));
    const edge = await startEdge({ ...table, routes: inTime });
    const answer = await sendForJson(edge, "/token", { host: "localhost", method: "POST", body: "a=b" });
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    expect(answer.body.error_description).toContain("just status");
  });
});

describe("a client that leaves", () => {
  test.each(["before the answer", "in the middle of it"])("takes its request with it: %s", async (when) => {
    let arrive: (req: IncomingMessage) => void = () => {};
    const arrived = new Promise<IncomingMessage>((resolve) => {
      arrive = resolve;
    });
    const m1 = await start((req, res) => {
      if (when !== "before the answer") res.write("data: 1\n\n");
      arrive(req);
    });
    const edge = await startEdge(tableOf({ auth: await start(allow), m1 }));
    const sent = request({ port: edge, host: "127.0.0.1", path: "/mcp", headers: { host: "m1.localhost" } });
    sent.on("error", () => {});
    sent.end();
    const upstream = await arrived;
    if (when !== "before the answer") await once(sent, "response");
    const closed = once(upstream.socket, "close");
    sent.destroy();
    await closed;
  });
});

describe("a server that does not listen yet", () => {
  test("is waited for, and gets the request once, with its body", async () => {
    const port = Number(new URL(await start(echo)).port);
    await closeAll();
    let asked: () => void = () => {};
    const verified = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const auth = await start((req, res) => {
      res.once("finish", asked);
      allow(req, res);
    });
    const edge = await startEdge(tableOf({ auth, m1: `http://127.0.0.1:${port}` }));
    const answer = sendForJson(edge, "/mcp", { method: "POST", body: "patient" });
    await verified;
    await start(echo, port);
    expect((await answer).body).toMatchObject({ body: "patient" });
  });

  test("is given up after the limit: 503 that says where to look", async () => {
    const m1 = await start(echo);
    await closeAll();
    const edge = await startEdge(tableOf({ auth: await start(allow), m1 }), 0.2);
    const answer = await sendForJson(edge, "/mcp", { headers: { Origin: "http://localhost:1" } });
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5", vary: "Origin" } });
    expect(answer.body.error_description).toContain("just status");
  });
});

describe("addresses", () => {
  test("that nobody has get a 404 which names the index", async () => {
    const edge = await startEdge(tableOf({ auth: await start(echo), m1: await start(echo) }));
    for (const [path, host] of [
      ["/verify", "localhost"],
      ["/revocations", "localhost"],
      ["/health", "localhost"],
      ["/mcp", "evil.example"],
      ["/", "m1.localhost"],
    ] as const) {
      const answer = await sendForJson(edge, path, { host });
      expect(answer).toMatchObject({ status: 404, body: { error: "not_found" } });
      expect(answer.body.error_description).toContain(`http://localhost:${edge}/`);
    }
  });

  test("of auth need no token, and keep Authorization and Cookie", async () => {
    const edge = await startEdge(tableOf({ auth: await start(echo), m1: await start(echo) }));
    const { body } = await sendForJson(edge, "/token", {
      host: "localhost",
      headers: { Authorization: "Basic x", Cookie: "c=1" },
    });
    expect(body.headers).toMatchObject({ authorization: "Basic x", cookie: "c=1", "x-forwarded-for": "127.0.0.1" });
  });

  test.each([
    ["two Hosts", "GET /mcp HTTP/1.1\r\nHost: m1.localhost\r\nHost: localhost\r\n\r\n"],
    ["no Host", "GET /mcp HTTP/1.1\r\n\r\n"],
    ["no Host, HTTP/1.0", "GET /mcp HTTP/1.0\r\n\r\n"],
    ["another host in the target", "GET http://m1.localhost/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["dot segments", "GET /m1/../m1/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    [
      "both lengths",
      "POST /mcp HTTP/1.1\r\nHost: m1.localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
  ])("that are ambiguous get a 400: %s", async (_what, bytes) => {
    const edge = await startEdge(tableOf({ auth: await start(allow), m1: await start(echo) }));
    expect(await sendRaw(edge, bytes)).toMatch(/^HTTP\/1.1 400 /);
  });
});

test("two Authorization headers are 400 with a challenge that says so (RFC 6750 3.1)", async () => {
  const edge = await startEdge(tableOf({ auth: await start(allow), m1: await start(echo) }));
  const head = "GET /mcp HTTP/1.1\r\nHost: m1.localhost\r\nConnection: close\r\n";
  const answer = await sendRaw(edge, `${head}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toMatch(/www-authenticate: Bearer realm="mcp", error="invalid_request"/i);
});

test("a table with a route to nowhere is refused at the start", async () => {
  const table = tableOf({ auth: "http://127.0.0.1:1", m1: "http://127.0.0.1:1" });
  await expect(async () => startEdge({ ...table, services: {} })).rejects.toThrow("not in the table");
});
