import { expect, test } from "@jest/globals";
import { Counts } from "../src/counts.ts";

test("counts are of each key, and of all", () => {
  const counts = new Counts<string>();
  for (const key of ["ann", "bob", "ann"]) counts.add(key);
  expect([counts.of("ann"), counts.of("bob"), counts.of("carol"), counts.total]).toEqual([2, 1, 0, 3]);
});

test("what is taken away counts no more, and leaves the others", () => {
  const counts = new Counts<string>();
  for (const key of ["ann", "ann", "bob"]) counts.add(key);
  counts.remove("ann");
  counts.remove("bob");
  expect([counts.of("ann"), counts.of("bob"), counts.total]).toEqual([1, 0, 1]);
});
