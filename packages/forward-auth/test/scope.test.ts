import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hasScope, splitScope, withImplied } from "../src/scope.ts";

const names = fc.constantFrom("a", "b", "c", "d", "e");
const implied = fc
  .dictionary(names, fc.array(names, { maxLength: 4 }))
  .map((record) => new Map(Object.entries(record)));
const scopes = fc.array(names);

test.each([
  ["", []],
  [" mcp  files:read ", ["mcp", "files:read"]],
])("the scopes of %j are %j", (list, single) => {
  expect(splitScope(list)).toEqual(single);
});

test.each([
  ["mcp", "mcp", true],
  ["files mcp", "mcp", true],
  ["mcp:more", "mcp", false],
  ["", "mcp", false],
])("%j has %s: %s", (list, scope, has) => {
  expect(hasScope(list, scope)).toBe(has);
});

describe("what scopes bring along", () => {
  test("comes by way of others too", () => {
    const chain = new Map([
      ["admin", ["write"]],
      ["write", ["read"]],
    ]);
    expect([...withImplied(["mcp", "admin"], chain)]).toEqual(["mcp", "admin", "write", "read"]);
  });

  test("takes nothing away, and has nothing that no one of them brings", () => {
    fc.assert(
      fc.property(scopes, implied, (own, rules) => {
        const all = withImplied(own, rules);
        const brought = [...rules.entries()].filter(([scope]) => all.has(scope)).flatMap(([, others]) => others);
        expect(all).toEqual(new Set([...own, ...brought]));
      }),
    );
  });

  test("brings nothing more when asked again", () => {
    fc.assert(
      fc.property(scopes, implied, (own, rules) => {
        const all = withImplied(own, rules);
        expect(withImplied(all, rules)).toEqual(all);
      }),
    );
  });

  test("is no less for more scopes", () => {
    fc.assert(
      fc.property(scopes, scopes, implied, (own, more, rules) => {
        const all = withImplied([...own, ...more], rules);
        for (const scope of withImplied(own, rules)) expect(all.has(scope)).toBe(true);
      }),
    );
  });
});
