import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Answer, post } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

describe.each([
  ["modern", "modern-server.mjs", "count", { to: 2 }],
  ["legacy", "raw-server.mjs", "progress", { steps: 2, after: 20 }],
] as const)("a modern client of a %s server", (era, name, progressTool, progressArgs) => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    proxy = await openProxy({ command: [process.execPath, fixture(name)], era });
  });
  afterAll(() => proxy.close());

  /** A call under an id of one's choice. */
  function callAs(id: unknown, tool: string, args: object, progressToken?: unknown): Promise<Answer> {
    const client = new ModernClient(proxy.url);
    const message = client.message("tools/call", { name: tool, arguments: args }, { progressToken });
    return post(proxy.url, { ...message, id }, client.headersOf(message));
  }

  test.each([[0], ["0"], [""], ["a b"], [-1], [9_007_199_254_740_991]])("is answered under the id %j", async (id) =>
    expect((await callAs(id, "echo", { value: "x" })).json).toMatchObject({ id, result: { content: [{ text: "x" }] } }),
  );

  test('with 1 and "1" open at one time is answered under each', async () => {
    const ids = [1, "1"];
    const answers = await Promise.all(ids.map((id) => callAs(id, "echo", { value: `of ${typeof id}`, after: 50 })));
    expect(answers.map(({ json }) => [json?.id, json?.result?.content[0].text])).toEqual([
      [1, "of number"],
      ["1", "of string"],
    ]);
  });

  test("with equal ids and progress tokens at one time gets the progress of each call with its own answer", async () => {
    const both = await Promise.all([1, 2].map(() => callAs(1, progressTool, progressArgs, "same")));
    for (const { events } of both) {
      expect(events.map(({ params, result }) => params?.progress ?? Object.keys(result ?? {}).length > 0)).toEqual([
        1,
        2,
        true,
      ]);
      expect(events[0]?.params?.progressToken).toBe("same");
    }
  });

  test.each([[0], [""], ["0"], [7]])("gets progress under the token %j", async (token) => {
    const { events } = await callAs(1, progressTool, progressArgs, token);
    expect(events[0]?.params).toEqual({ progressToken: token, progress: 1 });
  });
});
