import { describe, test } from "@jest/globals";
import { isInstalled } from "./redis-server.ts";

/** A suite that needs a real Redis: skipped by name where there is none, but a failure in CI. */
export function describeWithRedis(name: string, suite: () => void): void {
  if (isInstalled) describe(name, suite);
  else if (process.env.CI === "true") {
    test(`${name}: needs redis-server`, () => {
      throw new Error("redis-server is not installed; on Debian: apt-get install redis-server");
    });
  } else describe.skip(`${name} (skipped: redis-server is not installed)`, suite);
}
