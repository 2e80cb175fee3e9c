import { expect, test } from "@jest/globals";
import { freshnessLifetime } from "../../src/domain/http-freshness.ts";

const now = Date.parse("Thu, 01 Jan 2026 00:00:00 GMT") / 1_000;

test.each([
  ["nothing", {}, 300],
  ["an hour", { "cache-control": "public, max-age=3600" }, 3_600],
  ["an hour, of which ten minutes are over", { "cache-control": "max-age=3600", age: "600" }, 3_000],
  ["less than five minutes", { "cache-control": "max-age=1" }, 300],
  ["a year", { "cache-control": "max-age=31536000" }, 86_400],
  ["no-store", { "cache-control": "no-store, max-age=3600" }, 300],
  ["no-cache", { "cache-control": "max-age=3600, No-Cache" }, 300],
  ["a number that is none", { "cache-control": "max-age=-5" }, 300],
  ["an end in two hours", { expires: "Thu, 01 Jan 2026 02:00:00 GMT" }, 7_200],
  ["max-age beside another end", { "cache-control": "max-age=600", expires: "Thu, 01 Jan 2026 02:00:00 GMT" }, 600],
  ["an end that is no date", { expires: "0" }, 300],
])("%s (RFC 9111 4.2): %j is fresh for %i s", (_what, headers, seconds) => {
  expect(freshnessLifetime(headers, now)).toBe(seconds);
});
