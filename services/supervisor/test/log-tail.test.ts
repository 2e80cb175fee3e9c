import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { tailLog } from "../src/log-tail.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-tail-"));
  path = join(folder, "a.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the tail of a log", () => {
  test("of a file that is not there is empty, until it is", () => {
    const tail = tailLog(path, 5);
    expect(tail.read()).toEqual([]);
    writeFileSync(path, "one\n");
    expect(tail.read()).toEqual(["one"]);
  });

  test("begins with the last lines, then gives what comes, whole lines only", () => {
    writeFileSync(path, "1\n2\n3\nhal");
    const tail = tailLog(path, 2);
    expect(tail.read()).toEqual(["2", "3"]);
    expect(tail.read()).toEqual([]);
    appendFileSync(path, "f\n5\n");
    expect(tail.read()).toEqual(["half", "5"]);
  });

  test("a letter that comes in two parts is one letter", () => {
    writeFileSync(path, "x\n");
    const tail = tailLog(path, 5);
    tail.read();
    const [first, ...rest] = Buffer.from("é\n");
    appendFileSync(path, Buffer.from([first as number]));
    expect(tail.read()).toEqual([]);
    appendFileSync(path, Buffer.from(rest));
    expect(tail.read()).toEqual(["é"]);
  });

  test("goes on in the file that takes the place of one that is full", () => {
    writeFileSync(path, "old\n");
    const tail = tailLog(path, 5);
    tail.read();
    renameSync(path, `${path}.1`);
    writeFileSync(path, "new\n");
    expect(tail.read()).toEqual(["new"]);
  });

  test("of a large file reads its end alone", () => {
    writeFileSync(path, `${"x".repeat(99)}\n`.repeat(30_000));
    appendFileSync(path, "last\n");
    expect(tailLog(path, 3).read()).toEqual(["x".repeat(99), "x".repeat(99), "last"]);
  });
});
