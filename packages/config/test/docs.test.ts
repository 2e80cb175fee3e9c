import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ConfigError, parseGatewayConfig } from "../src/index.ts";
import { contextWith } from "./gateway/context.ts";

/** Each `json` block of a page, with the `text` block right after it, if there is one: what it is refused with. */
function examplesOf(name: string) {
  const page = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
  return [...page.matchAll(/^```json\n([\s\S]*?)^```$(?:\n\n```text\n([\s\S]*?)^```$)?/gm)].map(
    ([, file = "", refusal]) => ({ file, refusal: refusal?.trimEnd() }),
  );
}

const examples = examplesOf("gateway-json.md");

function outcomeOf(file: string): string | undefined {
  try {
    const env = { DOCS_KEY: "k", ISSUES_TOKEN: "t", MY_API_SECRET: "s".repeat(32), REGISTRATION_TOKEN: "t".repeat(32) };
    expect(parseGatewayConfig(file, contextWith({ env, file: "gateway.json" })).warnings).toEqual([]);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe("docs/gateway-json.md", () => {
  test("has examples of both kinds", () => {
    expect(examples.filter(({ refusal }) => refusal === undefined).length).toBeGreaterThan(3);
    expect(examples.filter(({ refusal }) => refusal !== undefined).length).toBeGreaterThan(3);
  });

  test.each(examples)("example %# has the outcome that the page says", ({ file, refusal }) => {
    expect(outcomeOf(file)).toBe(refusal);
  });
});

// What begins with a key is a part of a file.
test.each(
  ["configuration.md", "replicas.md"].flatMap((page) =>
    examplesOf(page).map(({ file }, n) => ({
      page,
      n,
      file: file.startsWith("{") ? file : `{ "mcpServers": {}, ${file} }`,
    })),
  ),
)("docs/$page, example $n can be declared", ({ file }) => {
  expect(outcomeOf(file)).toBeUndefined();
});
