import { expect, test } from "@jest/globals";
import { isHostListed } from "../src/index.ts";

test.each([
  ["app.example", ["app.example"], true],
  ["app.example", ["*"], true],
  ["a.app.example", ["*.app.example"], true],
  ["a.b.app.example", ["*.app.example"], true],
  ["app.example", ["*.app.example"], false],
  ["evilapp.example", ["*.app.example"], false],
  ["app.example.evil.example", ["app.example", "*.app.example"], false],
  ["a.app.example", ["app.example"], false],
  ["app.example", [], false],
])("%s is listed in %j: %s", (host, patterns, listed) => {
  expect(isHostListed(patterns, host)).toBe(listed);
});
