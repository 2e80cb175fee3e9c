import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type EventReader, type Json, send, TestClient, until } from "../fixtures/client.ts";
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

const progressTool = (steps: number, after = 20) =>
  client.streamedCall("p", "progress", { steps, after }, { progressToken: "tok" });

async function readAll(stream: EventReader): Promise<Json[]> {
  const events: Json[] = [];
  for (let event = await stream.next(); event !== undefined; event = await stream.next()) events.push(event);
  return events;
}

async function resumeStatus(lastEventId: string): Promise<number | undefined> {
  const stream = await client.resume(lastEventId);
  stream.close();
  return stream.res.statusCode;
}

/** Progress as numbers, the answer as "answer". */
const brief = (events: readonly Json[]) =>
  events.map(({ params, result }) => (result === undefined ? params?.progress : "answer"));

describe("priming (SEP-1699)", () => {
  test("a stream of 2025-11-25 begins with an event id, when to come back, and no data", async () => {
    for (const stream of [await client.streamedCall(1, "held", { value: "x" }), await client.stream()]) {
      expect(await stream.frame()).toMatch(/^id: \S+\.0\nretry: 1000\ndata: \n\n$/);
      stream.close();
    }
  });

  test.each(["2024-11-05", "2025-03-26", "2025-06-18"])(
    "a stream of %s has no event without data: such clients would parse it",
    async (version) => {
      client = await TestClient.open(proxy.url, { version });
      const call = await client.streamedCall(1, "held", { value: "x" });
      expect(await call.frame()).toBe(": keepalive\n\n");
      await client.tool("release");
      expect(await call.frame()).toMatch(/^id: \S+\.1\nevent: message\ndata: \{.*\}\n\n$/);
      expect(await call.frame()).toBeUndefined();
    },
  );
});

describe("a response that breaks", () => {
  test.each([0, 1, 2, 3])("after %d events is resumed with exactly what is missing", async (read) => {
    const broken = await progressTool(3);
    await broken.frame(); // the priming event
    const first: Json[] = [];
    while (first.length < read) first.push((await broken.next()) as Json);
    broken.close();
    const rest = await readAll(await client.resume(broken.lastEventId));
    expect(brief([...first, ...rest])).toEqual([1, 2, 3, "answer"]);
  });

  test("can break again and again, on clients of 2025-06-18 too", async () => {
    client = await TestClient.open(proxy.url, { version: "2025-06-18" });
    const events: Json[] = [];
    let stream = await progressTool(6, 40);
    for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
      events.push(event);
      stream.close();
      stream = await client.resume(stream.lastEventId);
      if (stream.res.statusCode === 204) break;
    }
    expect(brief(events)).toEqual([1, 2, 3, 4, 5, 6, "answer"]);
  });

  test("is not resumed where more than the 1,000 events that are kept came since: 400", async () => {
    const broken = await progressTool(1_100, 0);
    await broken.frame();
    await broken.next();
    broken.close();
    await until(async () => (await resumeStatus(broken.lastEventId)) === 400);
  });

  test("cancels nothing: the answer waits for the client", async () => {
    const broken = await client.streamedCall("late", "held", { value: "x" });
    await broken.frame();
    const { lastEventId } = broken;
    broken.close();
    expect(await client.tool("seen")).not.toContain("notifications/cancelled");
    await client.tool("release");
    expect(await readAll(await client.resume(lastEventId))).toMatchObject([{ id: "late", result: {} }]);
  });

  test.each([
    ["", false],
    [", though another stream is read", true],
  ])("keeps the log messages of the only call%s", async (_where, isListening) => {
    const listening = isListening ? await client.stream() : undefined;
    const broken = await client.streamedCall("l", "logs", { lines: 6, after: 50 });
    const first = [await broken.next(), await broken.next()];
    broken.close();
    await until(() => proxy.sessions.all().at(-1)?.atWork === 0); // the rest was written meanwhile
    const rest = await readAll(await client.resume(broken.lastEventId));
    listening?.close();
    const told = [...first, ...rest].map((event) => event?.params?.data ?? "answer");
    expect(told).toEqual([1, 2, 3, 4, 5, 6, "answer"]);
  });

  test("replays nothing of other streams", async () => {
    const [one, other] = [await progressTool(3), await client.streamedCall("q", "progress", {}, { progressToken: 2 })];
    await one.next();
    await other.next();
    const id = one.lastEventId;
    one.close();
    const rest = await readAll(await client.resume(id));
    expect(rest.filter(({ params }) => params?.progressToken === 2)).toEqual([]);
    expect(brief(rest)).toEqual([2, 3, "answer"]);
    await readAll(other);
  });

  test("has nothing more after its answer: 204, so that the client stays away", async () => {
    const stream = await progressTool(1);
    await readAll(stream);
    expect((await client.resume(stream.lastEventId)).res.statusCode).toBe(204);
  });
});

describe("the standalone stream", () => {
  test("is resumed with what was sent into the broken connection, and what came since", async () => {
    const stream = await client.stream();
    await client.tool("askLater");
    expect(await stream.next()).toMatchObject({ method: "roots/list" });
    const before = stream.lastEventId.replace(/\.\d+$/, ".0");
    stream.close();
    await client.post({ jsonrpc: "2.0", id: 1, result: {} });
    const resumed = await client.resume(before);
    expect(await resumed.next()).toMatchObject({ method: "roots/list" });
    await client.tool("askLater");
    expect(await resumed.next()).toMatchObject({ method: "roots/list" });
    resumed.close();
  });

  test("that is resumed ends its older connection", async () => {
    const stream = await client.stream();
    await stream.frame();
    const resumed = await client.resume(stream.lastEventId);
    expect(await stream.next()).toBeUndefined();
    resumed.close();
  });
});

describe("Last-Event-ID", () => {
  test.each(["", "nope", "1", "x-get1.0", "x.1.2", "get1.99999999999999999999"])("%j is 400", async (id) => {
    const headers = { ...client.headers, accept: "text/event-stream", "last-event-id": id };
    expect(await send(proxy.url, "GET", undefined, headers)).toMatchObject({
      status: 400,
      json: { error: { code: -32_000, message: "Invalid event ID" } },
    });
  });

  test("of another session is 400", async () => {
    const stream = await progressTool(1);
    await readAll(stream);
    const other = await TestClient.open(proxy.url);
    expect((await other.resume(stream.lastEventId)).res.statusCode).toBe(400);
  });
});
