import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer, callMessage, TestClient, until } from "./fixtures/client.ts";
import { openProxy, type RunningProxy } from "./fixtures/proxy.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is in use, in millions of bytes. */
function inUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_000_000;
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
  }, 20_000);
});
