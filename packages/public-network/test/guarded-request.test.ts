import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { guardedRequest, isPublicAddress, type Network } from "../src/index.ts";
import { openStrangersHost } from "./fixtures/strangers-host.ts";

const get = (url: string, network: Network) => guardedRequest(url, network, { headers: {} }, text);
const notAllowed = "the host has an address that may not be connected to";

/** Every way to write an address that `URL` understands, and names that mean one. */
const spellings = [
  ...["127.0.0.1", "127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "2130706433", "127.000.000.001"],
  ...["0", "0.0.0.0", "%31%32%37.0.0.1", "127。0。0。1", "①②⑦.0.0.1"],
  ...["10.0.0.1", "0xa000001", "172.16.0.1", "192.168.1.1", "3232235777", "169.254.169.254", "0xa9fea9fe"],
  ...["100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"],
  ...["[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"],
  ...["[fd00::1]", "[fe80::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]"],
];

test.each(spellings)("connects to no private address, written as %s", async (host) => {
  await using stranger = await openStrangersHost();
  const network = { ...stranger.network, isAllowed: isPublicAddress };
  await expect(get(`http://${host}/`, network)).rejects.toThrow(notAllowed);
  expect(stranger.connections()).toBe(0);
});

test.each([
  ["a private address", ["10.0.0.1"]],
  ["a private one among public ones", ["1.1.1.1", "::1"]],
  ["no address", []],
])("connects to none of a name with %s", async (_what, addresses) => {
  await using stranger = await openStrangersHost();
  const resolve = async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const network = { ...stranger.network, resolve, isAllowed: isPublicAddress };
  await expect(get("http://app.example/", network)).rejects.toThrow(notAllowed);
  expect(stranger.connections()).toBe(0);
});

test("asks for a name once, and connects to what was judged (DNS rebinding)", async () => {
  await using stranger = await openStrangersHost();
  const answers = ["127.0.0.1", "10.0.0.1"];
  const judged: string[] = [];
  const network: Network = {
    ...stranger.network,
    resolve: async () => [{ address: answers.shift() ?? "", family: 4 }],
    isAllowed: (address) => judged.push(address) > 0,
  };
  expect(await get("http://app.example/", network)).toBe("hello");
  expect(judged).toEqual(["127.0.0.1"]);
  expect(answers).toEqual(["10.0.0.1"]);
});

test("connects to a public address that is written as one, without asking for a name", async () => {
  await using stranger = await openStrangersHost();
  const resolve = () => Promise.reject(new Error("asked"));
  expect(await get("http://127.0.0.1/", { ...stranger.network, resolve })).toBe("hello");
});

test("sends method, headers and body as given, under the host's own name", async () => {
  await using stranger = await openStrangersHost((req, res) => void text(req).then((body) => res.end(`got ${body}`)));
  const asked = { method: "POST", headers: { "X-Own": "1" }, body: "b" };
  expect(await guardedRequest("http://app.example/p?q=1", stranger.network, asked, text)).toBe("got b");
  const [sent] = stranger.requests;
  expect(sent).toMatchObject({ method: "POST", url: "/p?q=1", headers: { "x-own": "1" } });
  expect(sent?.headers.host).toMatch(/^app\.example/);
});

test("has patience for a drip only so long", async () => {
  await using stranger = await openStrangersHost((_req, res) => res.writeHead(200).write("x"));
  await expect(get("http://app.example/", { ...stranger.network, timeLimit: 300 })).rejects.toThrow(
    "no answer within 300 ms",
  );
});

test("ends when its signal says so, while a resolver does not answer", async () => {
  const network: Network = { resolve: () => new Promise(() => {}), isAllowed: () => true, timeLimit: 60_000 };
  const signal = AbortSignal.abort(new Error("the caller has gone"));
  const ended = guardedRequest("http://app.example/", network, { headers: {}, signal }, text);
  await expect(ended).rejects.toThrow("the caller has gone");
});
