import { expect, test } from "@jest/globals";
import { readParameters } from "../../src/domain/parameters.ts";

test("an empty parameter counts as absent (RFC 6749 3.1)", () => {
  expect(readParameters({ state: "" }).get("state")).toBeUndefined();
});

test("a parameter given twice is named and not read; resource may be repeated (RFC 8707 2)", () => {
  const parameters = readParameters({ scope: ["a", "b"], resource: ["x", "", "y"], state: "s" });
  expect(parameters.repeated).toEqual(["scope"]);
  expect(parameters.get("scope")).toBeUndefined();
  expect(parameters.resources).toEqual(["x", "y"]);
});

test.each([[undefined], [null], ["text"], [7], [[]], [{ client_id: { deep: 1 } }]])(
  "%j has no parameters",
  (parsed) => {
    const { get, resources, repeated } = readParameters(parsed);
    expect([get("client_id"), resources, repeated]).toEqual([undefined, [], []]);
  },
);

test("names of Object.prototype are not parameters", () => {
  expect(readParameters({}).get("constructor")).toBeUndefined();
});
