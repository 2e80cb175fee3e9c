import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Answer, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const canBoth = { capabilities: { elicitation: {}, roots: {} } };
const hasRoots = { capabilities: { roots: {} } };
const roots = { roots: [{ uri: "file:///a" }] };
const accepted = (name: string) => ({ action: "accept", content: { name } });

let raw: RunningProxy;
let curious: RunningProxy;
let users = 0;
beforeAll(async () => {
  const open = (...flags: string[]) => openProxy({ era: "legacy", flags });
  [raw, curious] = await Promise.all([open("--gossip"), open("--curious")]);
});
afterAll(() => Promise.all([raw.close(), curious.close()]));

function clientOf({ url }: Pick<RunningProxy, "url">): ModernClient {
  users += 1;
  return ModernClient.of(`user ${users}`, url);
}

/** What a call asks first: by method, or by the message of a form; and how it goes on with the answers, in that order. */
function questionOf({ json, text }: Answer) {
  const { inputRequests, requestState } = (json?.result ?? {}) as {
    inputRequests?: Record<string, { method: string; params: { message?: string } }>;
    requestState?: string;
  };
  if (inputRequests === undefined) throw new Error(text);
  const asked = Object.values(inputRequests).map(({ method, params }) => params.message ?? method);
  const answering = (...answers: readonly object[]) => ({
    inputResponses: Object.fromEntries(Object.keys(inputRequests).map((key, index) => [key, answers[index]])),
    requestState,
  });
  return { asked, answering };
}

const textOf = ({ json, text }: Answer): string => {
  if (json?.result?.content === undefined) throw new Error(text);
  return json.result.content[0].text;
};

describe("what a legacy server asks while it works for a modern client (mcp-wire.md 4.2)", () => {
  test("is answered here where it is only a ping", async () =>
    expect(await clientOf(raw).tool("ping", {}, canBoth)).toBe("{}"));

  test("at one time is one question; what it asks then is the next", async () => {
    const client = clientOf(raw);
    const first = questionOf(await client.call("inquire", {}, canBoth));
    expect(first.asked).toEqual(["roots/list", "first"]);
    const second = questionOf(await client.call("inquire", {}, canBoth, first.answering(roots, accepted("Ann"))));
    expect(second.asked).toEqual(["second"]);
    const answer = await client.call("inquire", {}, canBoth, second.answering(accepted("Ben")));
    expect(JSON.parse(textOf(answer))).toEqual([roots, accepted("Ann"), accepted("Ben")]);
  });

  test("is not asked of the client once it is taken back", async () => {
    const client = clientOf(raw);
    const { asked, answering } = questionOf(await client.call("changeMind", {}, canBoth));
    expect(asked).toEqual(["instead"]);
    expect(JSON.parse(textOf(await client.call("changeMind", {}, canBoth, answering(accepted("Ann")))))).toEqual(
      accepted("Ann"),
    );
  });

  test("as soon as it has started is asked of the client whose call started it", async () => {
    const client = clientOf(curious);
    const { asked, answering } = questionOf(await client.call("firstAnswer", {}, hasRoots));
    expect(asked).toEqual(["roots/list"]);
    expect(JSON.parse(textOf(await client.call("firstAnswer", {}, hasRoots, answering(roots))))).toEqual(roots);
  });

  test("as soon as it has started is asked of nobody where a list started it", async () => {
    const client = clientOf(curious);
    expect((await client.request("tools/list", {}, hasRoots)).json?.result).toHaveProperty("tools");
    expect(JSON.parse(await client.tool("firstAnswer", {}, hasRoots))).toMatchObject({ code: -32603 });
  });
});

describe("what a legacy server tells a modern client", () => {
  test("of its progress comes under the token of whoever waits: the retry's, after a question", async () => {
    const client = clientOf(raw);
    const call = (progressToken: string, more: object = {}) =>
      client.call("elicitAndProgress", {}, { ...canBoth, progressToken }, more);
    const asked = await call("first");
    const told = ({ events }: Answer) => events.flatMap(({ params }) => (params === undefined ? [] : [params]));
    expect(told(asked)).toEqual([{ progressToken: "first", progress: 1 }]);
    expect(told(await call("second", questionOf(asked).answering(accepted("Ann"))))).toEqual([
      { progressToken: "second", progress: 2 },
    ]);
  });

  test("by log messages reaches nobody while two of the user's requests are at work: whose it is cannot be known", async () => {
    const client = clientOf(raw);
    const other = await client.stream("tools/call", { name: "hang", arguments: {} });
    await until(async () => (await client.tool("seen")).includes('\\"hang\\"'));
    const { events } = await client.call("log", {}, { logLevel: "debug" });
    expect(events.filter(({ method }) => method !== undefined)).toEqual([]);
    other.close();
  });

  test("of tasks and of forms that are filled in elsewhere reaches no subscription", async () => {
    const client = clientOf(raw);
    const listening = await client.listen({ toolsListChanged: true });
    expect(await listening.next()).toMatchObject({ method: "notifications/subscriptions/acknowledged" });
    await client.call("gossip");
    expect(await listening.next()).toMatchObject({ method: "notifications/tools/list_changed" });
    listening.close();
  });
});
