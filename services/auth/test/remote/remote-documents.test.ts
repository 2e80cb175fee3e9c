import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { accept, refuse } from "../../src/domain/result.ts";
import { fetchJson } from "../../src/remote/fetch-json.ts";
import { FetchLimits } from "../../src/remote/fetch-limits.ts";
import { RemoteDocuments } from "../../src/remote/remote-documents.ts";
import { openDocumentHost } from "../fixtures/document-host.ts";
import { openLog } from "../fixtures/watched-log.ts";

const url = "https://app.example/client";
const knownUrl = "https://app.example/known";
const hour = 3_600;

describe("remembered documents (oauth-wire 4.2.5)", () => {
  let host: Awaited<ReturnType<typeof openDocumentHost>>;
  let documents: RemoteDocuments<{ version: number }>;
  let now: number;
  beforeEach(async () => {
    host = await openDocumentHost();
    now = 1_800_000_000;
    documents = new RemoteDocuments({
      network: host.network,
      limits: new FetchLimits(),
      clock: () => now,
      logger: openLog(),
      fetch: fetchJson,
      capacity: 10,
      known: (address) => (address === knownUrl ? { version: 0 } : undefined),
      check: (_url, value) => {
        const { version } = value as { version?: number };
        return version === undefined ? refuse("no_version") : accept({ version });
      },
    });
  });
  afterEach(() => host[Symbol.asyncDispose]());

  const gone = () => host.answer((_req, res) => res.writeHead(404).end());

  test("are asked for again only when they are no longer fresh", async () => {
    host.serve({ version: 1 }, { "Cache-Control": `max-age=${hour}` });
    expect(await documents.find(url)).toEqual({ version: 1 });
    host.serve({ version: 2 });
    now += hour - 1;
    expect(await documents.find(url)).toEqual({ version: 1 });
    now += 1;
    expect(await documents.find(url)).toEqual({ version: 2 });
    expect(host.requests).toHaveLength(2);
  });

  test("are asked for with what tells whether they changed", async () => {
    const modified = "Thu, 01 Jan 2026 00:00:00 GMT";
    host.serve({ version: 1 }, { ETag: '"one"', "Last-Modified": modified });
    await documents.find(url);
    host.answer((_req, res) => res.writeHead(304, { "Cache-Control": `max-age=${hour}`, ETag: '"one"' }).end());
    now += 301;
    expect(await documents.find(url)).toEqual({ version: 1 });
    expect(host.requests[1]?.headers).toMatchObject({ "if-none-match": '"one"', "if-modified-since": modified });
    now += hour - 1;
    await documents.find(url);
    expect(host.requests).toHaveLength(2);
  });

  test("that many ask for at once are fetched once", async () => {
    host.serve({ version: 1 });
    const found = await Promise.all(Array.from({ length: 20 }, () => documents.find(url)));
    expect(found.every((document) => document?.version === 1)).toBe(true);
    expect(host.requests).toHaveLength(1);
  });

  test.each([
    ["an error", () => gone()],
    ["a document that is no good", () => host.serve({ other: 1 })],
    ["304 to someone who has nothing", () => host.answer((_req, res) => res.writeHead(304).end())],
  ])("after %s are not asked for again for 30 s, and then are", async (_what, fail) => {
    fail();
    expect(await documents.find(url)).toBeUndefined();
    host.serve({ version: 1 });
    now += 29;
    expect(await documents.find(url)).toBeUndefined();
    expect(host.requests).toHaveLength(1);
    now += 1;
    expect(await documents.find(url)).toEqual({ version: 1 });
  });

  test.each([
    ["gone", () => gone()],
    ["withdrawn", () => host.answer((_req, res) => res.writeHead(410).end())],
    ["no good", () => host.serve({ other: 1 })],
  ])("are not taken as known where the owner's is %s", async (_what, fail) => {
    fail();
    expect(await documents.find(knownUrl)).toBeUndefined();
  });

  test.each([
    ["turns this machine away", () => host.answer((_req, res) => res.writeHead(403).end())],
    ["is ill", () => host.answer((_req, res) => res.writeHead(503).end())],
    ["shows a page of some proxy", () => host.answer((_req, res) => res.end("<html>"))],
    ["hangs up", () => host.answer((req) => req.socket.destroy())],
  ])("are taken as known where their host %s, until it answers", async (_what, fail) => {
    fail();
    expect(await documents.find(knownUrl)).toEqual({ version: 0 });
    expect(await documents.find(url)).toBeUndefined();
    host.serve({ version: 1 });
    now += 29;
    expect(await documents.find(knownUrl)).toEqual({ version: 0 });
    now += 1;
    expect(await documents.find(knownUrl)).toEqual({ version: 1 });
  });

  test("are taken as known once the last good one is a day old", async () => {
    host.serve({ version: 1 });
    await documents.find(knownUrl);
    host.answer((_req, res) => res.writeHead(503).end());
    now += 24 * hour - 1;
    expect(await documents.find(knownUrl)).toEqual({ version: 1 });
    now += 1;
    expect(await documents.find(knownUrl)).toEqual({ version: 0 });
  });

  test("that cannot be had any more stay as they were for a day", async () => {
    host.serve({ version: 1 });
    await documents.find(url);
    gone();
    now += 24 * hour - 1;
    expect(await documents.find(url)).toEqual({ version: 1 });
    now += 1;
    expect(await documents.find(url)).toBeUndefined();
  });

  test("are renewed on demand, but not twice in a minute", async () => {
    host.serve({ version: 1 });
    await documents.find(url);
    host.serve({ version: 2 });
    expect(await documents.renew(url)).toEqual({ version: 1 });
    now += 60;
    expect(await documents.renew(url)).toEqual({ version: 2 });
    expect(await documents.renew(url)).toEqual({ version: 2 });
    expect(host.requests).toHaveLength(2);
  });
});

describe("limits of fetching", () => {
  function slowWork() {
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((end) => ends.push(end));
      running -= 1;
    };
    return { work, ends, most: () => most };
  }

  test("two at once from one host; the others wait their turn, and a host of its own waits for nobody", async () => {
    const limits = new FetchLimits();
    const { work, ends, most } = slowWork();
    const all = Array.from({ length: 5 }, () => limits.within("a.example", work));
    await limits.within("b.example", async () => {});
    for (let ended = 0; ended < 5; ended += 1) {
      while (ends.length === 0) await new Promise(setImmediate);
      ends.shift()?.();
    }
    await Promise.all(all);
    expect(most()).toBe(2);
  });

  test("a host for which too many wait is refused, and serves again afterwards", async () => {
    const limits = new FetchLimits();
    const { work, ends } = slowWork();
    const all = Array.from({ length: 12 }, () => limits.within("a.example", work));
    const outcomes = Promise.allSettled(all);
    for (let ended = 0; ended < 10; ended += 1) {
      while (ends.length === 0) await new Promise(setImmediate);
      ends.shift()?.();
    }
    expect((await outcomes).filter(({ status }) => status === "rejected")).toHaveLength(2);
    await expect(limits.within("a.example", async () => 1)).resolves.toBe(1);
  });

  test("a fetch that fails gives its place back", async () => {
    const limits = new FetchLimits();
    const fail = () => limits.within("a.example", () => Promise.reject(new Error("x")));
    for (let tries = 0; tries < 5; tries += 1) await expect(fail()).rejects.toThrow("x");
  });

  test("in all they are bounded by the minute", async () => {
    const limits = new FetchLimits();
    const hosts = Array.from({ length: 130 }, (_, host) => limits.within(`h${host}.example`, async () => {}));
    const refused = (await Promise.allSettled(hosts)).filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(10);
  });
});
