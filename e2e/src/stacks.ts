import { afterAll, beforeAll, describe } from "@jest/globals";
import { DockerStack, type DockerStackOptions } from "./docker-stack.ts";
import { parts } from "./parts.ts";
import type { TestOf } from "./running-gateway.ts";
import { testWith } from "./test-with.ts";

export const longestStart = 1_500_000; // ms: the first start builds the images
const longestEnd = 120_000;

/**
 * Tests against one Docker stack that is started before them and taken away, with its data, after them.
 * @param tests is given what declares a test, and what declares one that takes long and begins before all others: where it stands its
 * end is waited for
 */
export function describeOnDocker(
  title: string,
  options: () => DockerStackOptions,
  tests: (test: TestOf<DockerStack>, testBeside: TestOf<DockerStack>) => void,
): void {
  describe(title, () => {
    let stack: DockerStack | undefined;
    let failure: unknown;
    // jest would run the tests without what a failed beforeAll owes them; so it is kept and told by each.
    beforeAll(async () => {
      if (parts.docker === undefined) return;
      try {
        stack = await DockerStack.start(options());
      } catch (error) {
        failure = error;
      }
    }, longestStart);
    afterAll(() => stack?.[Symbol.asyncDispose](), longestEnd);

    const test: TestOf<DockerStack> = (name, run, ...more) =>
      testWith("docker", ...more)(
        name,
        async () => {
          if (stack === undefined) throw failure;
          await run(stack);
        },
        200_000, // ms: one test takes more than two minutes
      );
    tests(
      test,
      besideOthers(test, () => stack),
    );
  });
}

function besideOthers(test: TestOf<DockerStack>, started: () => DockerStack | undefined): TestOf<DockerStack> {
  return (name, run, ...more) => {
    let running: Promise<void> | undefined;
    beforeAll(() => {
      const stack = started();
      running = stack && run(stack);
      running?.catch(() => {}); // its test tells
    });
    test(name, async () => running, ...more);
  };
}
