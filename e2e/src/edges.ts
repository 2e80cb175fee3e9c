import { afterAll, beforeAll, describe } from "@jest/globals";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import type { TestOf } from "./running-gateway.ts";
import { testWith } from "./test-with.ts";

/**
 * The same tests through the edge and through a real Traefik, each against one gateway that is started before them and
 * ended, with nothing left behind, after them.
 */
export function describeThroughBothEdges(
  options: () => Promise<Omit<GatewayOptions, "edge">> | Omit<GatewayOptions, "edge">,
  tests: (test: TestOf<Gateway>) => void,
): void {
  describe.each([
    { edge: "the edge", needed: ["/proc"] },
    { edge: "Traefik", needed: ["/proc", "traefik"] },
  ] as const)("through $edge", ({ edge, needed }) => {
    let gateway: Gateway | undefined;
    let failure: unknown;
    // jest would run the tests without what a failed beforeAll owes them; so it is kept and told by each.
    beforeAll(async () => {
      try {
        gateway = await Gateway.start({ edge, ...(await options()) });
      } catch (error) {
        failure = error;
      }
    }, 120_000);
    afterAll(() => gateway?.[Symbol.asyncDispose](), 120_000);

    tests((title, run, ...more) =>
      testWith(...needed, ...more)(title, async () => {
        if (gateway === undefined) throw failure;
        await run(gateway);
      }),
    );
  });
}
