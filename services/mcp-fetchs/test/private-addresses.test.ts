import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openInternet } from "./fixtures/internet.ts";
import { openFetchs } from "./fixtures/running-fetchs.ts";

const refused = "the host has an address that may not be connected to";

describe("fetch reaches no private network", () => {
  let fetchs: Awaited<ReturnType<typeof openFetchs>>;
  let connections = 0;
  const bystander = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  let port: number;
  beforeAll(async () => {
    fetchs = await openFetchs();
    port = await new Promise((resolve) => {
      bystander.listen(0, "::", () => resolve((bystander.address() as { port: number }).port));
    });
  });
  afterAll(async () => {
    bystander.close();
    await fetchs[Symbol.asyncDispose]();
  });

  test.each([
    ...["127.0.0.1", "127.1", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "2130706433", "0", "0.0.0.0", "①②⑦.0.0.1"],
    ...["127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "a.localhost"],
    ...["[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"],
  ])("not this machine, written as %s", async (host) => {
    const { isError, content } = await fetchs.fetched({ url: `http://${host}:${port}/` });
    expect({ isError, text: content[0]?.text }).toEqual({ isError: true, text: expect.stringContaining(refused) });
    expect(connections).toBe(0);
  });

  test.each(["10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "[fd00::1]", "[fe80::1]"])(
    "not %s, by no method",
    async (host) => {
      for (const method of ["GET", "POST"]) {
        expect(await fetchs.text({ url: `http://${host}/latest/meta-data`, method })).toContain(refused);
      }
    },
  );
});

describe("a redirect", () => {
  let internet: Awaited<ReturnType<typeof openInternet>>;
  let fetchs: Awaited<ReturnType<typeof openFetchs>>;
  beforeAll(async () => {
    internet = await openInternet();
    fetchs = await openFetchs({ network: internet.network });
  });
  afterAll(async () => {
    await fetchs[Symbol.asyncDispose]();
    await internet[Symbol.asyncDispose]();
  });

  test.each([
    "http://10.0.0.1/",
    "http://169.254.169.254/latest",
    "http://inner.example/",
    "//0xa000001/",
    "http://[::ffff:10.0.0.1]/",
  ])("to %s is not followed", async (location) => {
    internet.seen.length = 0;
    internet.answer((_seen, res) => res.writeHead(302, { location }).end());
    expect(await fetchs.text({ url: "http://app.example/" })).toContain(refused);
    expect(internet.seen.map(({ host }) => host)).toEqual(["app.example"]);
  });

  test("is not followed at the second hop either", async () => {
    internet.answer(({ path }, res) =>
      res.writeHead(302, { location: path === "/" ? "http://other.example/next" : "http://inner.example/" }).end(),
    );
    expect(await fetchs.text({ url: "http://app.example/" })).toContain(refused);
  });

  test.each([
    ["file:///etc/passwd", "Only http:// and https://"],
    ["gopher://app.example/", "Only http:// and https://"],
    ["http://app.example:25/", "Only ports"],
    ["http://user:word@app.example/", "No user and password"],
    ["http://[", "cannot be read"],
  ])("to %s is refused", async (location, reason) => {
    internet.answer((_seen, res) => res.writeHead(302, { location }).end());
    expect(await fetchs.text({ url: "http://app.example/" })).toContain(reason);
  });
});

test("a name that means a private address at the second question is connected to where it was judged", async () => {
  await using internet = await openInternet();
  internet.answer((_seen, res) => res.end("the public one"));
  const answers = ["127.0.0.1", "10.0.0.1"];
  const resolve = async () => [{ address: answers.shift() ?? "10.0.0.1", family: 4 }];
  await using fetchs = await openFetchs({ network: { ...internet.network, resolve } });
  expect(await fetchs.text({ url: "http://rebinding.example/" })).toContain("the public one");
  expect(answers).toEqual(["10.0.0.1"]);
});

test("where MCP_FETCH_ALLOWED_DOMAINS names hosts, no other is fetched from, nor redirected to", async () => {
  await using internet = await openInternet();
  await using fetchs = await openFetchs({
    network: internet.network,
    allowedDomains: ["app.example", "*.docs.example"],
  });
  internet.answer(({ path }, res) =>
    path === "/away" ? res.writeHead(302, { location: "http://other.example/" }).end() : res.end("allowed"),
  );
  expect(await fetchs.text({ url: "http://app.example/" })).toContain("allowed");
  expect(await fetchs.text({ url: "http://a.docs.example/" })).toContain("allowed");
  for (const url of ["http://docs.example/", "http://other.example/", "http://app.example.evil.example/"]) {
    expect(await fetchs.text({ url })).toContain("MCP_FETCH_ALLOWED_DOMAINS");
  }
  expect(await fetchs.text({ url: "http://app.example/away" })).toContain("MCP_FETCH_ALLOWED_DOMAINS");
  expect(internet.seen.map(({ host }) => host)).not.toContain("other.example");
});
