import { describe, expect, test } from "@jest/globals";
import { rendezvousOwner } from "../../src/replicas/rendezvous.ts";
import { replicaOf, sessionIdsOf } from "../../src/replicas/session-ids.ts";

const keys = Array.from({ length: 300 }, (_, index) => `user ${index}`);
const ownersAmong = (names: readonly string[]) => keys.map((key) => rendezvousOwner(names, key));

describe("the replica that a key belongs to", () => {
  test("is nobody where there is nobody", () => expect(rendezvousOwner([], "x")).toBeUndefined());

  test("is the same whoever asks, in whatever order it knows them", () =>
    expect(ownersAmong(["a", "b", "c"])).toEqual(ownersAmong(["c", "a", "b"])));

  test("is each of them about as often", () => {
    const owners = ownersAmong(["a", "b", "c"]);
    for (const name of ["a", "b", "c"]) expect(owners.filter((each) => each === name).length).toBeGreaterThan(60);
  });

  test("stays the same when another one goes, and only what it had moves", () => {
    const before = ownersAmong(["a", "b", "c"]);
    const after = ownersAmong(["a", "b"]);
    expect(after.filter((owner, at) => before[at] !== "c" && owner !== before[at])).toEqual([]);
  });
});

describe("the id of a session", () => {
  test.each([
    ["r-1", /^r-1\.[\w-]{32}$/],
    [undefined, /^[\w-]{32}$/],
  ])("of the replica %s", (replica, shape) => expect(sessionIdsOf(replica).make()).toMatch(shape));

  test.each([
    ["a.x", "a", true],
    ["b.x", "b", false],
    ["x", undefined, false],
    ["a.b.x", "a", true],
    [".x", "", false],
  ])("%s is of %s", (id, replica, isOwn) => {
    expect(replicaOf(id)).toBe(replica);
    expect(sessionIdsOf("a").isOwn(id)).toBe(isOwn);
  });

  test("is anyone's own where there is one proxy alone", () => expect(sessionIdsOf(undefined).isOwn("b.x")).toBe(true));
});
