import { afterAll, beforeAll, describe } from "@jest/globals";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import type { Part } from "./parts.ts";
import { testWith } from "./test-with.ts";

export type TestOf = (title: string, run: (gateway: Gateway) => Promise<void>, ...needed: readonly Part[]) => void;

/**
 * The same tests through the edge and through a real Traefik, each against one gateway that is started before them and
 * ended, with nothing left behind, after them.
 */
export function describeThroughBothEdges(
  options: () => Promise<Omit<GatewayOptions, "edge">> | Omit<GatewayOptions, "edge">,
  tests: (test: TestOf) => void,
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
    }, 60_000);
    afterAll(() => gateway?.[Symbol.asyncDispose](), 30_000);

    tests((title, run, ...more) =>
      testWith(...needed, ...more)(title, async () => {
        if (gateway === undefined) throw failure;
        await run(gateway);
      }),
    );
  });
}
