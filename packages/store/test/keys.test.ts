import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { indexName, indexPrefixes, recordKey, recordPrefixes } from "../src/keys.ts";

const subjects = Object.keys(recordPrefixes) as (keyof typeof recordPrefixes)[];
const indexes = Object.keys(indexPrefixes) as (keyof typeof indexPrefixes)[];

describe("keys", () => {
  test("no two subjects or ids share a key, and none is longer than an engine can hold", () => {
    const id = fc.string({ unit: "grapheme", maxLength: 700 });
    const key = fc.tuple(fc.constantFrom(...subjects), id);
    fc.assert(
      fc.property(key, key, ([subject, one], [otherSubject, other]) => {
        const same = recordKey(subject, one) === recordKey(otherSubject, other);
        expect(same).toBe(subject === otherSubject && one === other);
        expect(Buffer.byteLength(recordKey(subject, one))).toBeLessThan(300);
      }),
    );
  });

  test("an index is never taken for a record", () => {
    const names = indexes.map((index) => indexName(index, "x"));
    expect(subjects.map((subject) => recordKey(subject, "x")).filter((key) => names.includes(key))).toEqual([]);
  });
});
