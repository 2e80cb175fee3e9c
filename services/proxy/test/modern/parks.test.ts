import type { Response } from "@gateway/protocol";
import { afterEach, expect, jest, test } from "@jest/globals";
import type { Asked } from "../../src/modern/asked.ts";
import { BridgedCall } from "../../src/modern/bridged/call.ts";
import type { BridgedChild } from "../../src/modern/bridged/child.ts";
import type { Exchange } from "../../src/modern/exchange.ts";
import { LastRoots } from "../../src/modern/last-roots.ts";
import { Parks } from "../../src/modern/parks.ts";
import { RequestStates, stateKeysOf } from "../../src/modern/request-states.ts";
import { Uses } from "../../src/modern/uses.ts";
import { limitsBy } from "../fixtures/limits.ts";

const half: Response = { kind: "response", id: 1, result: {}, text: "x".repeat(33_554_432) };
const question = { kind: "request", id: 1, idText: "1", method: "roots/list", params: {}, text: "{}" } as const;

const openParks = () =>
  new Parks(
    new RequestStates({ keys: stateKeysOf(), isOwn: true, replica: undefined }),
    new Uses(),
    new LastRoots(),
    limitsBy().callback,
  );
const callOf = () => new BridgedCall({ idText: "1" } as Asked, {} as Exchange, true);

afterEach(() => void jest.useRealTimers());

test("an answer that its client has fetched makes room for another one", () => {
  const parks = openParks();
  const [fetched, kept, another] = [callOf(), callOf(), callOf()];
  parks.keepAnswer(fetched, half);
  parks.keepAnswer(kept, half);
  parks.close(fetched);
  parks.keepAnswer(another, half);
  expect(another.answer?.text).toHaveLength(half.text.length);
});

test("nothing is waited for after the end", () => {
  jest.useFakeTimers();
  const parks = openParks();
  parks.add(callOf(), question, {} as BridgedChild);
  parks.end();
  expect(jest.getTimerCount()).toBe(0);
});
