import type { RequestListener } from "node:http";
import type { Network } from "@gateway/public-network";
import { isPublicAddress } from "@gateway/public-network";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { fetchJson } from "../../src/remote/fetch-json.ts";
import { openDocumentHost } from "../fixtures/document-host.ts";

const url = "https://app.example/client?v=1";

describe("fetching what a stranger named (security.md 18, oauth-wire 4.2)", () => {
  let host: Awaited<ReturnType<typeof openDocumentHost>>;
  beforeAll(async () => {
    host = await openDocumentHost();
  });
  beforeEach(() => {
    host.requests.length = 0;
    host.serve({ a: 1 });
  });
  afterAll(() => host[Symbol.asyncDispose]());

  const get = (network: Partial<Network> = {}, to = url) => fetchJson(to, { ...host.network, ...network });
  const json = { "Content-Type": "application/json" };

  test("is one GET under the host's own name, with nothing of ours in it", async () => {
    expect(await get()).toMatchObject({ status: 200, value: { a: 1 } });
    expect(host.requests).toHaveLength(1);
    const [{ url: path, headers } = { url: "", headers: {} }] = host.requests;
    expect(path).toBe("/client?v=1");
    expect(headers.host).toMatch(/^app\.example/);
    expect(Object.keys(headers).sort()).toEqual(["accept", "connection", "host"]);
  });

  test.each([["application/json; charset=utf-8"], ["application/client+json"]])("takes %s for JSON", async (type) => {
    host.serve({ a: 1 }, { "Content-Type": type });
    expect((await get()).value).toEqual({ a: 1 });
  });

  test.each<[string, RequestListener, RegExp]>([
    ["a redirect", (_req, res) => res.writeHead(302, { Location: "https://app.example/other" }).end(), /status is 302/],
    ["404", (_req, res) => res.writeHead(404, json).end("{}"), /status is 404/],
    ["201", (_req, res) => res.writeHead(201, json).end("{}"), /status is 201/],
    ["HTML", (_req, res) => res.writeHead(200, { "Content-Type": "text/html" }).end("{}"), /media type/],
    ["no media type", (_req, res) => res.writeHead(200).end("{}"), /media type/],
    ["no JSON", (_req, res) => res.writeHead(200, json).end("{"), /JSON/],
    ["16 KiB and more", (_req, res) => res.writeHead(200, json).end(`"${"x".repeat(16_384)}"`), /longer than/],
    ["an answer that breaks off", (_req, res) => res.writeHead(200, json).write("{", () => res.destroy()), /aborted/],
    ["a hang-up", (req) => req.socket.destroy(), /hang up|ECONNRESET/],
  ])("refuses %s, and asks no one else", async (_what, answer, reason) => {
    host.answer(answer);
    await expect(get()).rejects.toThrow(reason);
    expect(host.requests).toHaveLength(1);
  });

  test.each<[string, RequestListener]>([
    ["silence", () => {}],
    [
      "a drip",
      (_req, res) => {
        res.writeHead(200, json);
        const drip = setInterval(() => res.write(" "), 20);
        res.on("close", () => clearInterval(drip));
      },
    ],
  ])("has patience for %s only so long, and hangs up", async (_what, answer) => {
    const closed = new Promise<void>((resolve) => {
      host.answer((req, res) => {
        req.socket.once("close", resolve);
        answer(req, res);
      });
    });
    await expect(get({ timeLimit: 200 })).rejects.toThrow("no answer within 200 ms");
    await closed;
  });

  test("a resolver that does not answer counts too", async () => {
    await expect(get({ resolve: () => new Promise(() => {}), timeLimit: 50 })).rejects.toThrow("no answer");
  });

  test.each([
    ["a private address", ["10.0.0.1"]],
    ["a private one among public ones", ["1.1.1.1", "127.0.0.1"]],
    ["no address", []],
  ])("connects to none of a name with %s", async (_what, addresses) => {
    const resolve = async () => addresses.map((address) => ({ address, family: 4 }));
    await expect(get({ resolve, isAllowed: isPublicAddress })).rejects.toThrow("may not be connected to");
    expect(host.requests).toEqual([]);
  });

  test("asks for the name once, so that it cannot mean another address by then", async () => {
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
    };
    await get({ resolve });
    expect(asked).toBe(1);
  });

  test("a certificate for another name, or by an unknown authority, is refused", async () => {
    await expect(get({}, "https://other.example/client")).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
    const { ca: _, ...withoutAuthority } = host.network;
    await expect(fetchJson(url, withoutAuthority)).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(host.requests).toEqual([]);
  });
});
