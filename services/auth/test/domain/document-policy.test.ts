import { describe, expect, test } from "@jest/globals";
import { receptionOf } from "../../src/domain/document-policy.ts";

describe("whose client ID metadata documents are received (oauth-wire 4.2.8)", () => {
  const host = "www.app.example";
  test.each([
    ["nothing said", {}, "accepted"],
    ["its name allowed", { allow: [host] }, "accepted"],
    ["its names allowed", { allow: ["*.app.example"] }, "accepted"],
    ["all allowed", { allow: ["*"] }, "accepted"],
    ["another allowed", { allow: ["app.example"] }, "refused"],
    ["one that ends alike allowed", { allow: ["*.ww.app.example"] }, "refused"],
    ["none allowed", { allow: [] }, "refused"],
    ["its name warned of", { warn: [host] }, "warned"],
    ["another warned of", { warn: ["*.other.example"] }, "accepted"],
    ["all but others warned of", { allow: ["other.example"], warn: ["*"] }, "warned"],
    ["all but it warned of", { allow: [host], warn: ["*"] }, "accepted"],
    ["it denied", { deny: [host] }, "refused"],
    ["it denied and allowed", { allow: [host], deny: ["*.example"] }, "refused"],
    ["it denied and warned of", { warn: [host], deny: [host] }, "refused"],
    ["all off", false, "refused"],
  ] as const)("%s: %j -> %s", (_what, rules, reception) => {
    const cimd = rules === false ? rules : Object.fromEntries(Object.entries(rules).map(([key, on]) => [key, [...on]]));
    expect(receptionOf({ cimd }, `https://${host}/client`)).toBe(reception);
  });

  test.each(["client_1", "http://app.example/c", "https://app.example", "http://localhost/c"])("%s has none", (id) => {
    expect(receptionOf({}, id)).toBe("refused");
  });

  test("a client of this machine has one only in development", () => {
    expect(receptionOf({ cimd: { loopback: true } }, "http://localhost:3000/c")).toBe("accepted");
    expect(receptionOf({ cimd: { loopback: true, warn: ["localhost"] } }, "http://localhost:3000/c")).toBe("warned");
  });
});
