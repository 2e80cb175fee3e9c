import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { callMessage, post, TestClient, until } from "../fixtures/client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

let proxy: RunningProxy;
let client: TestClient;
beforeAll(async () => {
  proxy = await openProxy();
});
beforeEach(async () => {
  client = await TestClient.open(proxy.url);
});
afterAll(() => proxy.close());

const answerTo = (id: unknown, result: object) => ({ jsonrpc: "2.0", id, result });

describe("the response to a call", () => {
  test("is JSON when the answer comes at once, and a stream when it takes longer", async () => {
    const quick = async () => (await client.call(1, "echo", { value: "x" })).headers["content-type"];
    await until(async () => (await quick()) === "application/json"); // a machine that stands still is slow now and then
    const slow = await client.streamedCall(2, "held", { value: "x" });
    expect(slow.res.headers["content-type"]).toBe("text/event-stream");
    await client.tool("release");
    expect(await slow.next()).toMatchObject({ id: 2, result: {} });
    expect(await slow.next()).toBeUndefined();
  });

  test("carries progress as it comes, under the client's own token, before the answer", async () => {
    const stream = await client.streamedCall("p", "progress", { steps: 3, after: 30 }, { progressToken: "tok" });
    expect(stream.res.headers["content-type"]).toBe("text/event-stream");
    for (const progress of [1, 2, 3]) {
      expect(await stream.next()).toMatchObject({
        method: "notifications/progress",
        params: { progressToken: "tok", progress },
      });
    }
    expect(await stream.next()).toMatchObject({ id: "p", result: {} });
    expect(await stream.next()).toBeUndefined();
  });

  test("of two calls with equal tokens carries each its own progress", async () => {
    const [one, other] = await Promise.all([
      client.call(1, "progress", { steps: 2, after: 20 }, { progressToken: 7 }),
      client.call(2, "progress", { steps: 4, after: 20 }, { progressToken: 7 }),
    ]);
    expect(one.events).toHaveLength(3);
    expect(other.events).toHaveLength(5);
    expect(
      [...one.events, ...other.events].filter(({ params }) => params !== undefined && params.progressToken !== 7),
    ).toEqual([]);
  });

  test.each(["elicit", "sample", "roots"])(
    "carries the server's request (%s), and the client's answer goes back",
    async (tool) => {
      const stream = await client.streamedCall(1, tool, { message: "?" });
      const request = await stream.next();
      expect(request?.method).toMatch(/^(elicitation\/create|sampling\/createMessage|roots\/list)$/);
      expect(await client.post(answerTo(request?.id, { value: tool }))).toMatchObject({ status: 202 });
      expect((await stream.next())?.result?.content[0].text).toBe(JSON.stringify({ value: tool }));
    },
  );

  test("of two calls that ask each gets its own answer", async () => {
    const get = await client.stream();
    const other = await client.streamedCall("other", "hang"); // with more than one call open, requests go to the GET stream
    const calls = [client.call("a", "elicit", { message: "a" }), client.call("b", "elicit", { message: "b" })];
    for (let count = 0; count < 2; count += 1) {
      const request = await get.next();
      await client.post(answerTo(request?.id, { echo: request?.params?.message }));
    }
    for (const answer of await Promise.all(calls)) {
      expect(answer.json?.result?.content[0].text).toBe(JSON.stringify({ echo: answer.json?.id }));
    }
    other.close();
    get.close();
  });

  test("does not carry the server's ping: the proxy answers it", async () => {
    expect(await client.tool("ping")).toBe("{}");
  });

  test("carries log messages while it is the only call", async () => {
    const { events } = await client.call(1, "log");
    expect(events).toMatchObject([{ method: "notifications/message" }, { id: 1 }]);
  });

  test("of a client that takes JSON only leaves what else there is to the GET stream", async () => {
    const get = await client.stream();
    const answer = client.post(callMessage(1, "roots"), { accept: "application/json" });
    const request = await get.next();
    await client.post(answerTo(request?.id, { roots: [] }));
    expect(await answer).toMatchObject({ headers: { "content-type": "application/json" }, json: { id: 1 } });
    get.close();
  });

  test("ends without an answer when the client cancels the call", async () => {
    const stream = await client.streamedCall("c", "hang");
    const cancelled = {
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: "c", reason: "enough" },
    };
    expect(await client.post(cancelled)).toMatchObject({ status: 202 });
    expect(await stream.next()).toBeUndefined();
    const [call, cancel] = (JSON.parse(await client.tool("seen")) as string[])
      .slice(-3)
      .map((line) => JSON.parse(line));
    expect(call.params.name).toBe("hang");
    expect(cancel).toMatchObject({
      method: "notifications/cancelled",
      params: { requestId: call.id, reason: "enough" },
    });
  });

  test.each(["nope", 1, undefined])("is not touched by a cancellation of %j, which is no call", async (requestId) => {
    const call = client.call("1", "echo", { value: "x", after: 50 });
    await client.post({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });
    expect((await call).json).toMatchObject({ id: "1", result: {} });
  });

  test("that the client drops cancels nothing", async () => {
    const stream = await client.streamedCall("d", "held", { value: "x" });
    stream.close();
    expect(await client.tool("seen")).not.toContain("notifications/cancelled");
  });
});

describe("the GET stream", () => {
  test("has its headers at once, before any event", async () => {
    const stream = await client.stream();
    expect(stream.res.statusCode).toBe(200);
    expect(stream.res.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "mcp-session-id": client.headers["mcp-session-id"],
    });
    stream.close();
  });

  test("does not carry what a call's response carries: each message goes to one stream", async () => {
    const stream = await client.stream();
    expect((await client.call(1, "log")).events).toHaveLength(2);
    await client.tool("askLater");
    expect(await stream.next()).toMatchObject({ method: "roots/list" });
    stream.close();
  });

  test("carries what belongs to no call", async () => {
    const stream = await client.stream();
    await client.tool("askLater");
    const request = await stream.next();
    expect(request).toMatchObject({ method: "roots/list" });
    await client.post(answerTo(request?.id, { roots: ["r"] }));
    expect(await client.tool("seen")).toContain("roots");
    stream.close();
  });

  test("gets what waited for it: requests, and one of several equal list changes, but no old log lines", async () => {
    const headers = { ...client.headers, accept: "application/json" }; // nothing but answers fits into these responses
    for (const tool of ["changed", "log", "askAside"]) await post(proxy.url, callMessage(1, tool), headers);
    const stream = await client.stream();
    expect(await stream.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    expect(await stream.next()).toMatchObject({ method: "roots/list" });
    stream.close();
  });

  test("is replaced by the next one", async () => {
    const first = await client.stream();
    const second = await client.stream();
    expect(await first.next()).toBeUndefined();
    await client.tool("askLater");
    expect(await second.next()).toMatchObject({ method: "roots/list" });
    second.close();
  });

  test("does not get a request that the server took back before anyone saw it", async () => {
    await post(proxy.url, callMessage(1, "askAndTakeBack"), { ...client.headers, accept: "application/json" });
    const stream = await client.stream();
    await client.tool("askLater");
    expect(await stream.next()).toMatchObject({ method: "roots/list" });
    const { events } = await client.call(2, "askAndTakeBack");
    expect(events.map(({ method }) => method)).toEqual(["roots/list", "notifications/cancelled", undefined]);
    expect(events[1]?.params?.requestId).toBe(events[0]?.id);
    stream.close();
  });
});
