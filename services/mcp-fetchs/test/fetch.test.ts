import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { openInternet } from "./fixtures/internet.ts";
import { openFetchs } from "./fixtures/running-fetchs.ts";

const url = "http://app.example/page";

describe("fetch", () => {
  let internet: Awaited<ReturnType<typeof openInternet>>;
  let fetchs: Awaited<ReturnType<typeof openFetchs>>;
  beforeAll(async () => {
    internet = await openInternet();
    fetchs = await openFetchs({ network: internet.network });
  });
  beforeEach(() => {
    internet.seen.length = 0;
    internet.answer((_seen, res) => res.setHeader("content-type", "text/plain").end("hello"));
  });
  afterAll(async () => {
    await fetchs[Symbol.asyncDispose]();
    await internet[Symbol.asyncDispose]();
  });

  test.each([
    ["a URL that is none", { url: "app.example" }, "absolute"],
    ["another scheme", { url: "file:///etc/passwd" }, "Only http:// and https://"],
    ["a user and password", { url: "http://a:b@app.example/" }, "No user and password"],
    ["a mail server's port", { url: "http://app.example:25/" }, "Only ports"],
    ["another method", { url, method: "DELETE" }, "method"],
    ["a body with GET", { url, body: "x" }, 'method "POST"'],
    ["a max_length of 0", { url, max_length: 0 }, "max_length"],
    ["the Host", { url, headers: { Host: "inner.example" } }, "connection's own"],
    ["a length of its own", { url, method: "POST", headers: { "content-length": "3" } }, "connection's own"],
    ["a transfer encoding", { url, headers: { "Transfer-Encoding": "chunked" } }, "connection's own"],
    ["a header of a proxy", { url, headers: { "Proxy-Authorization": "x" } }, "connection's own"],
    ["a line break in a header", { url, headers: { "x-a": "1\r\nhost: b" } }, "no line breaks"],
    ["a line break in a header's name", { url, headers: { "x-a\r\nhost": "b" } }, "no line breaks"],
    ["a line break in the user agent", { url, user_agent: "a\r\nx: y" }, "no line breaks"],
  ])("refuses %s, and asks nobody", async (_what, args, reason) => {
    const { isError, content } = await fetchs.fetched(args);
    expect({ isError, text: content[0]?.text }).toEqual({ isError: true, text: expect.stringContaining(reason) });
    expect(internet.seen).toEqual([]);
  });

  test("gives text as it is, after a line about it", async () => {
    expect(await fetchs.text({ url })).toBe(`HTTP 200, text/plain, 5 bytes, ${url}\n\nhello`);
  });

  test("sends a POST with headers, body and user agent", async () => {
    const headers = { Authorization: "Bearer of-the-caller", "Content-Type": "application/json" };
    await fetchs.fetched({ url, method: "POST", headers, body: '{"ä":1}', user_agent: "mine" });
    expect(internet.seen[0]).toMatchObject({
      method: "POST",
      body: '{"ä":1}',
      headers: { authorization: "Bearer of-the-caller", "content-type": "application/json", "user-agent": "mine" },
    });
  });

  test("says who asks when no user agent is given", async () => {
    await fetchs.fetched({ url });
    expect(internet.seen[0]?.headers["user-agent"]).toMatch(/^mcp-fetchs\//);
  });

  test("gives HTML as Markdown", async () => {
    internet.answer((_seen, res) =>
      res.setHeader("content-type", "text/html; charset=utf-8").end('<h1>T</h1><p>a <a href="/b">b</a></p>'),
    );
    expect(await fetchs.text({ url })).toContain("\n\n# T\n\na [b](http://app.example/b)");
  });

  test("gives a picture as one", async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
    internet.answer((_seen, res) => res.setHeader("content-type", "image/png").end(bytes));
    const { content } = await fetchs.fetched({ url });
    expect(content[1]).toEqual({ type: "image", mimeType: "image/png", data: bytes.toString("base64") });
  });

  test.each([
    ["a picture that is too large", "image/png", Buffer.alloc(3_145_729), "A picture of more than"],
    ["what is neither text nor picture", "application/pdf", Buffer.from("%PDF"), "neither text nor a picture"],
    ["bytes without a type", "", Buffer.from([0, 1, 2]), "neither text nor a picture"],
  ])("of %s it gives no content, and says so", async (_what, type, body, says) => {
    internet.answer((_seen, res) => (type === "" ? res : res.setHeader("content-type", type)).end(body));
    const { content } = await fetchs.fetched({ url });
    expect(content).toEqual([{ type: "text", text: expect.stringContaining(says) }]);
  });

  test("reads the charset that is named", async () => {
    internet.answer((_seen, res) =>
      res.setHeader("content-type", "text/plain; charset=ISO-8859-1").end(Buffer.from("ä", "latin1")),
    );
    expect(await fetchs.text({ url })).toContain("ä");
  });

  test("cuts text at max_length, and says so", async () => {
    internet.answer((_seen, res) => res.setHeader("content-type", "text/plain").end("x".repeat(50)));
    const shown = await fetchs.text({ url, max_length: 10 });
    expect(shown).toContain(`${"x".repeat(10)}\n\n[Cut after 10 of 50 characters`);
  });

  test("an HTTP error is the tool's error, with what the host says", async () => {
    internet.answer((_seen, res) => res.writeHead(404, { "content-type": "text/plain" }).end("no such page"));
    const { isError, content } = await fetchs.fetched({ url });
    expect({ isError, text: content[0]?.text }).toEqual({
      isError: true,
      text: expect.stringContaining("no such page"),
    });
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("reads what is compressed with %s", async (encoding, compress) => {
    internet.answer((_seen, res) =>
      res.writeHead(200, { "content-type": "text/plain", "content-encoding": encoding }).end(compress("packed")),
    );
    expect(await fetchs.text({ url })).toContain("packed");
  });

  test.each([
    ["a body that is too long", {}, () => Buffer.alloc(5_242_881), "longer than 5242880 bytes"],
    ["one that is small until it is unpacked", { "content-encoding": "gzip" }, bomb, "longer than 5242880 bytes"],
    ["a broken compression", { "content-encoding": "gzip" }, () => "no gzip", "could not be fetched"],
    ["an unknown compression", { "content-encoding": "zstd" }, () => "x", "zstd"],
  ])("refuses %s", async (_what, headers, body, reason) => {
    internet.answer((_seen, res) => res.writeHead(200, { "content-type": "text/plain", ...headers }).end(body()));
    const { isError, content } = await fetchs.fetched({ url });
    expect({ isError, text: content[0]?.text }).toEqual({ isError: true, text: expect.stringContaining(reason) });
  });

  test("follows five redirects, and no sixth", async () => {
    internet.answer(({ path }, res) => {
      const left = Number(path.slice(1));
      return left === 0 ? res.end("arrived") : res.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(await fetchs.text({ url: "http://app.example/5" })).toContain("arrived");
    expect(await fetchs.text({ url: "http://app.example/6" })).toContain("More than 5 redirects");
  });

  test("tells another origin nothing that was given for the first", async () => {
    internet.answer(({ path }, res) =>
      path === "/page" ? res.writeHead(302, { location: "http://other.example/" }).end() : res.end("arrived"),
    );
    const headers = { Authorization: "Bearer of-the-caller", Cookie: "a=b", "X-Api-Key": "k", Accept: "text/plain" };
    await fetchs.fetched({ url, headers });
    expect(internet.seen[1]).toMatchObject({ host: "other.example", headers: { accept: "text/plain" } });
    for (const name of ["authorization", "cookie", "x-api-key"])
      expect(internet.seen[1]?.headers).not.toHaveProperty(name);
  });

  test("an address that answers nothing costs no more than the time limit", async () => {
    const network = { ...internet.network, timeLimit: 300 };
    await using hasty = await openFetchs({ network });
    internet.answer(() => {});
    expect(await hasty.text({ url })).toContain("no answer within");
  });

  test("no user runs more than four at a time, and one that ends makes room", async () => {
    const open: (() => void)[] = [];
    internet.answer((_seen, res) => open.push(() => res.end("late")));
    const running = Array.from({ length: 4 }, () => fetchs.text({ url }));
    while (open.length < 4) await new Promise(setImmediate);
    expect(await fetchs.text({ url })).toContain("Too many fetches");
    for (const end of open) end();
    await Promise.all(running);
    internet.answer((_seen, res) => res.end("room"));
    expect(await fetchs.text({ url })).toContain("room");
  });

  test("serves MCP 2026-07-28 too", async () => {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    await client.connect(new StreamableHTTPClientTransport(new URL(fetchs.url)));
    const { content } = await client.callTool({ name: "fetch", arguments: { url } });
    expect(content).toEqual([{ type: "text", text: expect.stringContaining("hello") }]);
    await client.close();
  });

  test("answers an unknown protocol version with 400", async () => {
    const answer = await fetch(fetchs.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "1999-01-01",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
    });
    expect(answer.status).toBe(400);
  });
});

function bomb(): Buffer {
  return gzipSync(Buffer.alloc(6_000_000));
}
