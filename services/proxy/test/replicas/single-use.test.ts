import { RedisServer } from "@gateway/redis-server";
import { describeWithRedis } from "@gateway/redis-server/describe";
import type { Store } from "@gateway/store";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Answer, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { stateSecrets, untilAlive, userOf } from "../fixtures/pair.ts";
import { fixture, type Options, openProxy, type RunningProxy } from "../fixtures/proxy.ts";
import { openStore } from "../fixtures/redis.ts";

const command: [string, ...string[]] = [process.execPath, fixture("modern-server.mjs")];
const canElicit = { capabilities: { elicitation: {} } };
const args = { what: "elicit", state: "kept" };
const invalid = { status: 200, json: { error: { code: -32602, message: "Invalid or expired requestState" } } };

let redis: RedisServer;

interface Left extends AsyncDisposable {
  /** Of the user that was asked, one at each of the replicas that are left. */
  readonly clients: readonly [ModernClient, ModernClient];
  /** How the user accepts. */
  readonly acceptance: object;
}

/** Two replicas, of three: the third has left after it asked a user something. */
async function openWithout(options: Options = {}, redisThen: "answers" | "hangs" = "answers"): Promise<Left> {
  const user = userOf("a");
  const stores = await Promise.all(["a", "b", "c"].map(() => openStore(redis, redisThen)));
  const open = (store: Store, at: number) =>
    openProxy({ command, era: "modern", stateSecrets, ...options, replica: { name: `r${at}`, store } });
  const proxies = await Promise.all(stores.map(open));
  const [gone, ...left] = proxies as [RunningProxy, RunningProxy, RunningProxy];
  await untilAlive(3, ...proxies);
  const asked = await ModernClient.of(user, gone.url).call("ask", args, canElicit);
  await gone.leave();
  await untilAlive(2, ...left);
  return {
    clients: left.map(({ url }) => ModernClient.of(user, url)) as [ModernClient, ModernClient],
    acceptance: acceptanceOf(asked),
    async [Symbol.asyncDispose]() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}

function acceptanceOf({ json, text }: Answer): object {
  const { inputRequests, requestState } = (json?.result ?? {}) as Record<string, unknown>;
  if (typeof requestState !== "string") throw new Error(text);
  const [key = ""] = Object.keys(inputRequests as object);
  return { inputResponses: { [key]: { action: "accept", content: { name: "Ann" } } }, requestState };
}

const isAnswered = ({ json }: Answer) => json?.result?.content[0].text.includes("kept") === true;

describeWithRedis("what a replica that is gone has asked", () => {
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("is answered once at all the others together, however many times it comes to each", async () => {
    await using left = await openWithout();
    const { clients, acceptance } = left;
    const retry = (client: ModernClient) => client.call("ask", args, canElicit, acceptance);
    const answers = await Promise.all([...clients, ...clients].map(retry));
    expect(answers.filter(isAnswered)).toHaveLength(1);
    for (const answer of answers.filter((each) => !isAnswered(each))) expect(answer).toMatchObject(invalid);
    for (const client of clients) expect(await retry(client)).toMatchObject(invalid);
  }, 60_000);

  test("is not answered while it cannot be known whether it was: 503, and nothing is used up", async () => {
    await using left = await openWithout({}, "hangs");
    const retry = () => left.clients[0].call("ask", args, canElicit, left.acceptance);
    redis.signal("SIGSTOP");
    try {
      const refused = await retry();
      expect(refused).toMatchObject({ status: 503, json: { error: { code: -32603 } } });
      expect(refused.headers["retry-after"]).toBe("5");
    } finally {
      redis.signal("SIGCONT");
    }
    await until(async () => (await retry().then((answer) => answer.status !== 503 && isAnswered(answer))) === true);
  }, 60_000);

  test("can still be answered where no process took the answer", async () => {
    await using left = await openWithout({ limits: { pendingRequests: 1 } });
    const [busy, idle] = left.clients;
    const hanging = await busy.stream("tools/call", { name: "hang", arguments: {} });
    const refused = await busy.call("ask", args, canElicit, left.acceptance);
    expect(refused).toMatchObject({ status: 503, json: { error: { code: -32603 } } });
    expect(isAnswered(await idle.call("ask", args, canElicit, left.acceptance))).toBe(true);
    hanging.close();
  }, 60_000);
});
