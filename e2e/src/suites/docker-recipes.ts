import { join } from "node:path";
import { expect } from "@jest/globals";
import type { DockerStack } from "../docker-stack.ts";
import { say } from "../gateway.ts";
import type { TestOf } from "../running-gateway.ts";

/** A verb as a person says it, and what its answer has in it. */
type Said = readonly [verb: string, answer: string];

async function sayAll(stack: DockerStack, all: readonly Said[]): Promise<void> {
  for (const [verb, answer] of all) {
    const { code, printed } = await say(stack, verb.split(" "), "just");
    expect([verb, code, printed]).toEqual([verb, 0, expect.stringContaining(answer)]);
  }
}

/** The verbs of docs/verbs.md by their recipes, on a stack whose servers include memory. */
export function dockerRecipeTests(test: TestOf<DockerStack>): void {
  test("just shows what runs, and starts what a person names", (stack) =>
    sayAll(stack, [
      ["status", `The stack for ${stack.origin}`],
      ["list", "memory"],
      ["logs memory", "listening"],
      ["restart memory", "memory"],
      ["doctor settings", "gateway.json"],
      ["connect cursor memory", stack.mcpUrl("memory")],
    ]));

  test("just counts, keeps and puts back clients and tokens, and changes keys", (stack) => {
    const file = join(stack.folder, "by-recipe.json");
    return sayAll(stack, [
      ["clients", "CLIENT"],
      ["tokens", "TOKEN"],
      ["stats", "lients"],
      ["purge --dry-run", ""],
      [`backup ${file}`, file],
      [`backups view ${file}`, ""],
      [`restore ${file} --dry-run`, ""],
      ["rotate-keys --now", ""],
    ]);
  });

  test("just takes a server up and out again, and ends and starts the stack", (stack) =>
    sayAll(stack, [
      ["add mcp-sequentialthinking", "Added mcp-sequentialthinking"],
      ["remove mcp-sequentialthinking", "mcp-sequentialthinking"],
      ["d", "Its data is kept"],
      ["u", stack.mcpUrl("memory")],
    ]));
}
