import { expect, test } from "@jest/globals";
import { LastRoots } from "../../src/modern/last-roots.ts";

const ann = { sub: "ann", clientId: "one" };

test("the roots that are kept are those of one client of one user, the last that it gave", () => {
  const lastRoots = new LastRoots();
  lastRoots.keep(ann, "first");
  lastRoots.keep(ann, "second");
  expect(lastRoots.of(ann)).toBe("second");
  expect(lastRoots.of({ ...ann, clientId: "other" })).toBeUndefined();
  expect(lastRoots.of({ ...ann, sub: "ben" })).toBeUndefined();
});

test("those of a thousand clients are kept, and none that are long", () => {
  const lastRoots = new LastRoots();
  for (let client = 0; client <= 1_000; client += 1) lastRoots.keep({ ...ann, clientId: String(client) }, "roots");
  expect(lastRoots.of({ ...ann, clientId: "0" })).toBeUndefined();
  expect(lastRoots.of({ ...ann, clientId: "1" })).toBe("roots");
  lastRoots.keep({ ...ann, clientId: "1" }, "x".repeat(65_537));
  expect(lastRoots.of({ ...ann, clientId: "1" })).toBeUndefined();
});
