import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type Answer, type Json, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const canElicit = { capabilities: { elicitation: {} } };
const json = { accept: "application/json" };
/** Milliseconds until a server asks: what was sent in one go has come by then. */
const after = 500;

interface Question {
  readonly resultType: string;
  readonly inputRequests: Record<string, { params: { message: string } }>;
  readonly requestState: string;
}

let proxy: RunningProxy;
let client: ModernClient;
const open = async (maxPerUser: number) => {
  proxy = await openProxy({ era: "legacy", limits: { leases: { max: 64, maxPerUser, wait: 100 }, request: 300_000 } });
  client = new ModernClient(proxy.url);
};
afterEach(() => proxy.close());

/** A call of a tool that asks its client. */
const begin = (message: string) => client.call("elicit", { message, after }, canElicit);
const beginOnStream = (message: string) =>
  client.stream("tools/call", { name: "elicit", arguments: { message, after } }, canElicit);

function questionIn(json: Json | undefined): Question {
  const question = json?.result as unknown as Question | undefined;
  if (question?.resultType !== "input_required") throw new Error(JSON.stringify(json));
  return question;
}
const questionOf = ({ json }: Answer) => questionIn(json);

/** What the server makes of its client's answer. */
async function answer({ inputRequests, requestState }: Question): Promise<Answer> {
  const [[key, { params }] = ["", { params: { message: "" } }]] = Object.entries(inputRequests);
  const { message } = params;
  const inputResponses = { [key]: { action: "accept", content: { name: `to ${message}` } } };
  return client.call("elicit", { message, after }, canElicit, { inputResponses, requestState });
}

const nameIn = ({ json, text }: Answer): string => {
  if (json?.result?.content === undefined) throw new Error(text);
  return JSON.parse(json.result.content[0].text).content.name;
};

describe("more questions at one time than a user may be asked", () => {
  test("come one after the other as those before are answered; what was asked before gives way", async () => {
    await open(2);
    const before = [questionOf(await begin("old 1")), questionOf(await begin("old 2"))];
    const streams = await Promise.all(["1", "2", "3", "4", "5", "6"].map(beginOnStream));
    let came = 0;
    const questions = streams.map(async (stream) => {
      const question = questionIn(await stream.next());
      came += 1;
      return question;
    });
    await until(() => came >= 2);
    expect(came).toBe(2);
    const names = await Promise.all(questions.map(async (question) => nameIn(await answer(await question))));
    expect(names).toEqual(["1", "2", "3", "4", "5", "6"].map((message) => `to ${message}`));
    for (const question of before) expect((await answer(question)).json?.error?.code).toBe(-32602);
  }, 120_000);

  test("are as many as may stand in line: the others are 503 with Retry-After", async () => {
    await open(1);
    questionOf(await begin("gives way"));
    const responses = await Promise.all(Array.from({ length: 36 }, (_, index) => beginOnStream(String(index))));
    const refused = responses.filter(({ res }) => res.statusCode === 503);
    expect(refused.map(({ res }) => res.headers["retry-after"])).toEqual(["5", "5", "5"]);
    for (const response of responses) response.close();
  }, 120_000);

  test("are not held up by clients that have gone", async () => {
    await open(1);
    questionOf(await begin("gives way"));
    const waiting = await Promise.all(["1", "2", "3", "4", "5"].map(beginOnStream));
    const questions = waiting.map(async (stream) => ({ stream, question: questionIn(await stream.next()) }));
    const first = await Promise.race(questions);
    const [last, ...gone] = waiting.filter((stream) => stream !== first.stream);
    for (const stream of gone) stream.close();
    for (const question of questions) question.catch(() => {}); // those that were closed
    expect(nameIn(await answer(first.question))).toMatch(/^to \d$/);
    expect(await questions[waiting.indexOf(last as (typeof waiting)[0])]).toHaveProperty("question");
  }, 120_000);
});

describe("a question that nobody answers while others wait", () => {
  const pause = globalThis.setTimeout;
  beforeEach(
    () => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "performance"] }),
  );
  afterEach(() => void jest.useRealTimers());

  test("gives way after a minute", async () => {
    await open(1);
    const calls = ["1", "2"].map(begin);
    const question = questionOf(await whileTimePasses(Promise.race(calls), 10));
    const askedAt = Date.now();
    const both = await whileTimePasses(Promise.all(calls), 1_000);
    expect(Date.now() - askedAt).toBeGreaterThanOrEqual(60_000);
    const other = both.map(questionOf).find(({ requestState }) => requestState !== question.requestState);
    expect(nameIn(await answer(other as Question))).toMatch(/^to \d$/);
    expect((await answer(question)).json?.error?.code).toBe(-32602);
  }, 120_000);

  test("makes no stream of the answers of a client that takes JSON alone", async () => {
    await open(1);
    const call = (message: string) =>
      client.request("tools/call", { name: "elicit", arguments: { message, after } }, canElicit, json);
    const calls = ["1", "2"].map(call);
    await whileTimePasses(Promise.race(calls), 10);
    const both = await whileTimePasses(Promise.all(calls), 1_000);
    expect(both.map(({ headers }) => headers["content-type"])).toEqual([json.accept, json.accept]);
    expect(both.map(questionOf)).toHaveLength(2);
  }, 120_000);

  /** @param step milliseconds that pass in 10 */
  async function whileTimePasses<T>(promise: Promise<T>, step: number): Promise<T> {
    let isOver = false;
    const over = promise.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => pause(resolve, 10));
      if (!isOver) jest.advanceTimersByTime(step);
    }
    return over;
  }
});
