import { expect, test } from "@jest/globals";
import { beganServing, whileServing } from "../src/serving.ts";

test("each of several requests knows when it began itself", async () => {
  let now = 0;
  const waiting: (() => void)[] = [];
  const endpoint = whileServing(() => now, {
    async fetch() {
      await new Promise<void>((go) => waiting.push(go));
      return new Response(`${beganServing()}`);
    },
    close: async () => {},
  });
  const asked = [1, 2, 3].map((moment) => {
    now = moment;
    return endpoint.fetch(new Request("http://localhost/mcp"));
  });
  now = 9;
  for (const go of waiting.reverse()) go();
  const answers = await Promise.all(asked);
  expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(["1", "2", "3"]);
  expect(beganServing()).toBeUndefined();
});
