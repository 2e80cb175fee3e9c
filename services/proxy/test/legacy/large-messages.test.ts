import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callMessage, send, TestClient } from "../fixtures/client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

/** Beyond what is decoded, with all that a string may hold. */
const large = `${"x".repeat(70_001)}é"\\\n\u{1f600}`.repeat(5);

let proxy: RunningProxy;
let client: TestClient;
beforeAll(async () => {
  proxy = await openProxy({ tools: { deny: ["crash"] } });
  client = await TestClient.open(proxy.url, { version: "2025-03-26" });
});
afterAll(() => proxy.close());

describe("a large call that is no message is refused as a small one is", () => {
  const text = JSON.stringify(callMessage(1, "echo", { value: large }));
  test.each([
    ["cut off", text.slice(0, -1)],
    ["with a control character in the large string", text.replace("xx", "x\u0001")],
    ["with an escape that there is not", text.replace("xx", "x\\q")],
    ["with a line end in the large string", text.replace("xx", "x\n")],
  ])("%s", async (_what, body) => {
    expect(await client.post(body)).toMatchObject({ status: 400, json: { error: { code: -32_700 } } });
  });

  test("and one of a tool that does not exist for clients", async () => {
    expect(await client.call(1, "crash", { value: large })).toMatchObject({
      json: { id: 1, error: { code: -32_602 } },
    });
  });
});

describe("a large call and its answer arrive as they were sent", () => {
  test("whatever the string holds", async () => {
    expect(await client.tool("echo", { value: large })).toBe(large);
  });

  test("8 MB of it", async () => {
    const value = "y".repeat(8_000_000);
    expect((await client.tool("echo", { value })) === value).toBe(true);
  });

  test("with the id behind the parameters", async () => {
    const { id, ...rest } = callMessage("an-id-é", "echo", { value: large });
    const { json } = await client.post(JSON.stringify({ ...rest, id }));
    expect(json).toMatchObject({ id: "an-id-é", result: { content: [{ text: large }] } });
  });

  test("with a name that stands twice, of which the last counts", async () => {
    const text = JSON.stringify(callMessage(5, "echo", { value: large }));
    const { json } = await client.post(text.replace('"id":5', '"id":4,"id":5'));
    expect(json).toMatchObject({ id: 5, result: { content: [{ text: large }] } });
  });

  test("a byte in each chunk", async () => {
    const bytes = Buffer.from(JSON.stringify(callMessage(1, "echo", { value: large.slice(0, 150_000) })));
    const chunks = Array.from(bytes, (byte) => Buffer.of(byte));
    const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const answer = await send(client.url, "POST", chunks, { ...client.headers, ...json });
    expect(answer).toMatchObject({
      status: 200,
      json: { id: 1, result: { content: [{ text: large.slice(0, 150_000) }] } },
    });
  });

  test("over several lines", async () => {
    const { json } = await client.post(JSON.stringify(callMessage(1, "echo", { value: large }), undefined, 2));
    expect(json).toMatchObject({ result: { content: [{ text: large }] } });
  });

  test("in a batch", async () => {
    const { text } = await client.post([
      callMessage(1, "echo", { value: large }),
      callMessage(2, "echo", { value: "b" }),
    ]);
    const answers = JSON.parse(text) as { id: number; result: { content: { text: string }[] } }[];
    const texts = answers.map(({ id, result }): [number, string | undefined] => [id, result.content[0]?.text]);
    expect(new Map(texts)).toEqual(
      new Map([
        [1, large],
        [2, "b"],
      ]),
    );
  });

  test("on a stream", async () => {
    const stream = await client.streamedCall(1, "held", { value: large });
    await client.tool("release");
    expect(await stream.next()).toMatchObject({ id: 1, result: { content: [{ text: large }] } });
  });

  test("to a server that calls back with one, and from a client that answers with one", async () => {
    const asking = await TestClient.open(proxy.url, { capabilities: { elicitation: {} } });
    const stream = await asking.streamedCall(1, "elicit", { message: large });
    const question = await stream.next();
    expect(question).toMatchObject({ method: "elicitation/create", params: { message: large } });
    await asking.post({ jsonrpc: "2.0", id: question?.id, result: { action: "accept", content: { value: large } } });
    const answer = await stream.next();
    expect(JSON.parse(answer?.result?.content[0].text ?? "")).toMatchObject({ content: { value: large } });
  });
});
