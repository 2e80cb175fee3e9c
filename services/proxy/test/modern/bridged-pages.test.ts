import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Answer } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const canOpen = { capabilities: { elicitation: { url: {} } } };
const accept = { action: "accept" };
const refused = { json: { error: { code: -32602, message: "Invalid or expired requestState" } } };

let proxy: RunningProxy;
let users = 0;
beforeAll(async () => {
  proxy = await openProxy({ era: "legacy" });
});
afterAll(() => proxy.close());

function anyone(): ModernClient {
  users += 1;
  return ModernClient.of(`user ${users}`, proxy.url);
}

function questionOf({ json, text }: Answer): { inputRequests: Record<string, unknown>; requestState: string } {
  if (json?.result?.resultType !== "input_required") throw new Error(text);
  return json.result as unknown as ReturnType<typeof questionOf>;
}

const signIn = (client: ModernClient, more: object = {}) => client.call("signIn", { pages: 2 }, canOpen, more);

/** The retry of a call whose pages get these answers. */
async function retry(client: ModernClient, one: unknown, two: unknown): Promise<Answer> {
  const { requestState } = questionOf(await signIn(client));
  return signIn(client, { inputResponses: { page_1: one, page_2: two }, requestState });
}

describe("a legacy server that wants pages opened before it goes on", () => {
  test("asks a modern client to have them opened, without what only its own wire has", async () => {
    const asked = await signIn(anyone());
    expect(questionOf(asked).inputRequests).toEqual({
      page_1: {
        method: "elicitation/create",
        params: { mode: "url", url: "https://server.example/1", message: "Page 1" },
      },
      page_2: {
        method: "elicitation/create",
        params: { mode: "url", url: "https://server.example/2", message: "Page 2" },
      },
    });
    expect(asked.text).not.toContain("elicitationId");
  });

  test("is asked once more in the same process when they were", async () => {
    const client = anyone();
    const pid = await client.tool("pid", {}, canOpen);
    expect((await retry(client, accept, accept)).json?.result?.content[0].text).toBe(`signed in at ${pid}`);
  });

  test("is not asked again when its user declines: the call has failed", async () => {
    const { json } = await retry(anyone(), accept, { action: "decline" });
    expect(json?.result).toMatchObject({ resultType: "complete", isError: true });
  });

  test("waits while a page is not answered for: both are asked for again", async () => {
    const client = anyone();
    const again = questionOf(await retry(client, accept, undefined));
    expect(Object.keys(again.inputRequests)).toEqual(["page_1", "page_2"]);
    const inputResponses = { page_1: accept, page_2: accept };
    const answer = await signIn(client, { inputResponses, requestState: again.requestState });
    expect(answer.json?.result?.content[0].text).toContain("signed in");
  });

  test("is not asked again by an answer of the wrong kind, and the question stays open", async () => {
    const client = anyone();
    const { requestState } = questionOf(await signIn(client));
    const wrong = await signIn(client, { inputResponses: { page_1: { roots: [] } }, requestState });
    expect(wrong.json?.error?.code).toBe(-32602);
    const inputResponses = { page_1: accept, page_2: accept };
    expect((await signIn(client, { inputResponses, requestState })).json?.result?.content).toBeDefined();
  });

  test("is asked again once for each time that its user agreed", async () => {
    const client = anyone();
    const { requestState } = questionOf(await signIn(client));
    const more = { inputResponses: { page_1: accept, page_2: accept }, requestState };
    const answers = await Promise.all([signIn(client, more), signIn(client, more)]);
    expect(answers.filter(({ json }) => json?.result !== undefined)).toHaveLength(1);
    expect(answers.filter(({ json }) => json?.error !== undefined)).toMatchObject([refused]);
  });

  test("is asked in another process when the first one is at work", async () => {
    const client = anyone();
    const { requestState } = questionOf(await signIn(client));
    const working = await client.stream("tools/call", { name: "hang", arguments: {} }, canOpen);
    await working.frame();
    const inputResponses = { page_1: accept, page_2: accept };
    const answer = await signIn(client, { inputResponses, requestState });
    expect(Object.keys(questionOf(answer).inputRequests)).toHaveLength(2); // that one knows of no page yet
    working.close();
  });

  test("says so where the client cannot have any page opened", async () =>
    expect(await anyone().call("signIn", { pages: 1 }, { capabilities: { elicitation: {} } })).toMatchObject({
      status: 400,
      json: { error: { code: -32021, data: { requiredCapabilities: { elicitation: { url: {} } } } } },
    }));

  test("that names no page gives an error that is not of its own wire", async () =>
    expect(await anyone().call("signIn", { pages: 0 }, canOpen)).toMatchObject({
      json: { error: { code: -32603, data: { serverCode: -32042 } } },
    }));
});
