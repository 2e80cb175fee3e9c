import { describe, expect, test } from "@jest/globals";
import type { RefreshRecord } from "../../src/subjects/grant-records.ts";
import { checkRotation } from "../../src/subjects/rotation.ts";
import { sampleGrant, sampleRefreshToken } from "../contract/samples.ts";

const grant = sampleGrant("g1", 0);
const unused: RefreshRecord = { token: sampleRefreshToken("g1", "r1", 0) };
const used: RefreshRecord = { ...unused, used: { at: 1000, successorDigest: "r2", sealedSuccessor: "sealed" } };
const use = { clientId: "c1", grace: 60 };

describe("rotation of a refresh token (oauth-wire 6.3)", () => {
  test.each([
    ["no such token", { refresh: undefined, grant, successor: undefined }, use, 1000, "unknown"],
    ["its grant ended", { refresh: unused, grant: undefined, successor: undefined }, use, 1000, "unknown"],
    [
      "another client's",
      { refresh: unused, grant, successor: undefined },
      { ...use, clientId: "c2" },
      1000,
      "another-client",
    ],
    [
      "another client's, used",
      { refresh: used, grant, successor: unused },
      { ...use, clientId: "c2" },
      1000,
      "another-client",
    ],
    ["first use", { refresh: unused, grant, successor: undefined }, use, 1000, "rotated"],
    ["repeat in the grace", { refresh: used, grant, successor: unused }, use, 1060, "repeated"],
    ["repeat after the grace", { refresh: used, grant, successor: unused }, use, 1060.1, "reused"],
    ["repeat, successor used", { refresh: used, grant, successor: used }, use, 1001, "reused"],
    ["repeat, successor expired", { refresh: used, grant, successor: undefined }, use, 1001, "reused"],
    ["repeat, no grace", { refresh: used, grant, successor: unused }, { ...use, grace: 0 }, 1000.5, "reused"],
  ])("%s -> %s", (...[, presented, by, now, state]) => {
    expect(checkRotation(presented, by, now).state).toBe(state);
  });
});
