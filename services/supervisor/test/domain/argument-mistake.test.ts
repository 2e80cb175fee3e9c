import { expect, test } from "@jest/globals";
import { argumentMistake } from "../../src/domain/argument-mistake.ts";

const mistake = (...args: [string, ...string[]]) => argumentMistake("x", args, ["--per-user"]);

test.each<[string, [string, ...string[]], string]>([
  ["a flag that add does not have", ["--peruser"], 'Unknown argument "--peruser"; allowed: --per-user'],
  ["an argument in place of the command", ["-y", "server"], 'Unknown argument "-y"'],
  ["an address without http://", ["127.0.0.1:3001/mcp"], "just add x http://127.0.0.1:3001/mcp"],
  ["a host and a port", ["localhost:3001"], "just add x http://localhost:3001"],
  ["an address of another kind", ["ftp://docs"], "begins with http:// or https://"],
  [
    "something after a URL",
    ["https://docs.dev/mcp", "more"],
    "Nothing may follow a URL: just add x https://docs.dev/mcp",
  ],
])("%s is told with the right way", (_what, args, told) => {
  expect(mistake(...args)).toContain(told);
});

test.each<[string, ...string[]][]>([
  [["npx", "-y", "server"]],
  [["./server"]],
  [["docs:latest"]],
  [["https://docs.dev/mcp"]],
  [["http://127.0.0.1:3001/mcp"]],
])("%j is taken", (args) => {
  expect(mistake(...(args as unknown as [string, ...string[]]))).toBeUndefined();
});
