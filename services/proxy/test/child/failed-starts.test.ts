import { describe, expect, test } from "@jest/globals";
import { FailedStarts } from "../../src/child/failed-starts.ts";
import { Refusal } from "../../src/http/refusal.ts";
import { initializeMessage, post } from "../fixtures/client.ts";
import { proxiesOfEachTest } from "../fixtures/proxies-of-each-test.ts";

const open = proxiesOfEachTest();

describe("a server that does not start", () => {
  const failing = (failures: number) => {
    let now = 0;
    const starts = new FailedStarts(() => now);
    for (let count = 0; count < failures; count += 1) starts.failed("ada");
    const isHeldBackAt = (at: number, sub = "ada") => {
      now = at;
      try {
        starts.check(sub, "1");
        return false;
      } catch (error) {
        return error instanceof Refusal && error.refusal === "server_failing";
      }
    };
    return { starts, isHeldBackAt };
  };

  test.each([
    [2, 0],
    [3, 1_000],
    [4, 2_000],
    [6, 8_000],
    [60, 30_000],
  ])("after %d failures is not started again for %d ms", (failures, pause) => {
    const { isHeldBackAt } = failing(failures);
    expect(isHeldBackAt(Math.max(0, pause - 1))).toBe(pause > 0);
    expect(isHeldBackAt(pause)).toBe(false);
  });

  test("is started for others, and for the same user once it has started", () => {
    const { starts, isHeldBackAt } = failing(9);
    expect(isHeldBackAt(0, "bob")).toBe(false);
    starts.succeeded("ada");
    expect(isHeldBackAt(0)).toBe(false);
  });

  test("costs no process while a client is held back, and the answer says for how long", async () => {
    const proxy = await open({ flags: ["--crash-at-start"] });
    for (let count = 0; count < 3; count += 1) {
      expect(await post(proxy.url, initializeMessage(), { "x-user-id": "ada" })).toMatchObject({ status: 500 });
    }
    const answer = await post(proxy.url, initializeMessage(), { "x-user-id": "ada" });
    expect(answer).toMatchObject({ status: 503, json: { id: 0, error: { data: { reason: "server_failing" } } } });
    expect(answer.headers["retry-after"]).toBe("1");
    expect(await post(proxy.url, initializeMessage(), { "x-user-id": "bob" })).toMatchObject({ status: 500 });
  });
});
