import { once } from "node:events";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer, callMessage, initializeMessage, post, TestClient, until } from "./fixtures/client.ts";
import { ModernClient } from "./fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "./fixtures/proxy.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is in use, in millions of bytes. */
function inUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_000_000;
}

/** Sends `bytes` of a longer body, and breaks the connection. */
async function sendPart({ url, headers }: TestClient, bytes: number): Promise<void> {
  const { port, pathname, host } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  const lines = Object.entries({ host, ...headers, "content-type": "application/json", "content-length": 2 * bytes });
  socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  await new Promise((resolve) => socket.write(Buffer.alloc(bytes, " "), resolve));
  socket.destroy();
  await once(socket, "close");
}

describe("security.md 21: what one session can make the proxy keep is bounded", () => {
  let proxy: RunningProxy;
  let client: TestClient;
  beforeEach(async () => {
    proxy = await openProxy({ limits: { request: 60_000 } });
    client = await TestClient.open(proxy.url);
  });
  afterEach(() => proxy.close());

  test("requests of a server that no stream takes: those beyond 16 MiB are refused, the others wait", async () => {
    const onlyJson = { accept: "application/json" }; // so that the call's own response takes none of them
    const { json } = await client.post(callMessage(1, "askMuch", { times: 5, size: 7_000_000 }), onlyJson);
    expect(JSON.parse(json?.result?.content[0].text ?? "")).toEqual(Array(3).fill(expect.stringMatching(/^Too much/)));
    const stream = await client.stream();
    expect((await stream.next())?.method).toBe("sampling/createMessage");
    expect((await stream.next())?.method).toBe("sampling/createMessage");
    stream.close();
  });

  test("an initialize, which is kept with the session: one of more than 1 MiB begins none", async () => {
    const name = (characters: number) => ({ clientInfo: { name: "x".repeat(characters), version: "1" } });
    expect(await post(proxy.url, initializeMessage("2025-11-25", name(1_100_000)))).toMatchObject({
      status: 413,
      json: { id: 0 },
    });
    expect((await post(proxy.url, initializeMessage("2025-11-25", name(900_000)))).status).toBe(200);
  });

  test("calls that wait for an answer: not the bodies they came in", async () => {
    // One text for all of them: the client, which is in this process too, keeps it until the answer.
    const id = "a-client-id-of-some-length";
    const body = JSON.stringify(callMessage(id, "hang", { value: "x".repeat(6_000_000) }));
    const before = inUse();
    const calls: Promise<Answer>[] = [];
    for (let call = 0; call < 12; call += 1) {
      calls.push(client.post(body));
      await client.tool("echo", { value: "read" }); // and so was the call before it
    }
    await until(() => inUse() - before < 30);
    await client.end();
    expect((await Promise.all(calls)).map(({ json }) => json?.id)).toEqual(calls.map(() => id));
  }, 60_000);

  test("what a client does not read: at most 64 MiB of it, and the call goes on", async () => {
    const before = inUse();
    const slow = await client.streamedCall("s", "shower", { messages: 160 });
    await until(async () => {
      const { json } = await client.post(callMessage(1, "showered"), { accept: "application/json" });
      return json?.result?.content[0].text === "true";
    }, 50_000);
    expect(inUse() - before).toBeLessThan(120); // of 160 that were sent
    slow.close();
  }, 60_000);

  test("bodies that break off", async () => {
    const before = inUse();
    for (let times = 0; times < 30; times += 1) await sendPart(client, 6_000_000);
    await until(() => inUse() - before < 30);
    expect(await client.tool("echo", { value: "served" })).toBe("served");
  }, 60_000);

  test("calls whose clients have gone: what is kept of each is small", async () => {
    const before = inUse();
    for (let times = 0; times < 300; times += 1) {
      const { res } = await client.streamedCall(`gone ${times}`, "progressThenHang", {}, { progressToken: times });
      res.destroy();
    }
    await until(() => inUse() - before < 30);
    expect(await client.tool("echo", { value: "served" })).toBe("served");
  }, 60_000);
});

test.each([
  ["modern", "modern-server.mjs"],
  ["legacy", "raw-server.mjs"],
] as const)(
  "security.md 21: of a modern client's calls that wait for a %s server, the bodies that they came in are not kept",
  async (era, name) => {
    const proxy = await openProxy({ command: [process.execPath, fixture(name)], era });
    const client = new ModernClient(proxy.url);
    const message = client.message("tools/call", { name: "hang", arguments: { value: "x".repeat(6_000_000) } });
    const [body, headers] = [JSON.stringify(message), client.headersOf(message)]; // one text for all, as the client keeps it
    const before = inUse();
    const calls: Promise<Answer>[] = [];
    for (let call = 0; call < 12; call += 1) {
      calls.push(post(proxy.url, body, headers));
      await client.tool("echo", { value: "read" }); // and so was the call before it
    }
    expect(proxy.modern.atWork).toBe(calls.length);
    await until(() => inUse() - before < 30);
    await proxy.close();
    await Promise.allSettled(calls);
  },
  60_000,
);

test("security.md 21: what waits for a process to start counts as what is coming in", async () => {
  const command: [string, ...string[]] = [process.execPath, fixture("raw-server.mjs"), "--slow-start"];
  const proxy = await openProxy({ command, era: "legacy", limits: { buffered: 8_000_000, bufferedOfUser: 8_000_000 } });
  const client = new ModernClient(proxy.url);
  const call = () => client.call("echo", { value: "x".repeat(3_000_000) });
  const answers = await Promise.all([call(), call(), call(), call()]);
  const statuses = answers.map(({ status }) => status).sort();
  expect([statuses[0], statuses[3]]).toEqual([200, 503]);
  expect(proxy.buffered.incoming).toBe(0);
  expect((await call()).status).toBe(200);
  await proxy.close();
}, 60_000);
