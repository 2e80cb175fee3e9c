import { describe, expect, test } from "@jest/globals";
import { type CommandContext, confirm } from "../src/command.ts";
import { personWith } from "./fixtures/person.ts";

describe("what cannot be undone", () => {
  const at = (answers?: string[]) => (answers === undefined ? {} : personWith(answers)) as CommandContext;

  test.each([
    ["without a terminal", at()],
    ["when the person says no", at(["n"])],
    ["when the person says nothing", at([""])],
    ["when the person says something else", at(["yess"])],
  ])("is not done %s", async (_when, context) => {
    await expect(confirm(context, "Delete it?", false)).rejects.toThrow("Nothing was done");
  });

  test.each([
    ["--yes was said", at(), true],
    ["the person says y", at(["y"]), false],
    ["the person says Yes", at([" Yes "]), false],
  ])("is done when %s", async (_when, context, isSure) => {
    await expect(confirm(context, "Delete it?", isSure)).resolves.toBeUndefined();
  });
});
