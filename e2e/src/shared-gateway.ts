import { afterAll, beforeAll } from "@jest/globals";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import { testWith } from "./test-with.ts";

/** jest's `test` for the tests of one suite that share one gateway, which is ended with nothing left behind after them. */
export function testWithOneGateway(options: () => Promise<GatewayOptions> | GatewayOptions) {
  const test = testWith("/proc");
  let gateway: Gateway | undefined;
  let failure: unknown;
  // jest would run the tests without what a failed beforeAll owes them; so it is kept and told by each.
  beforeAll(async () => {
    try {
      gateway = await Gateway.start(await options());
    } catch (error) {
      failure = error;
    }
  }, 120_000);
  afterAll(() => gateway?.[Symbol.asyncDispose](), 120_000);
  return (title: string, run: (gateway: Gateway) => Promise<void>) =>
    test(title, async () => {
      if (gateway === undefined) throw failure;
      await run(gateway);
    });
}
