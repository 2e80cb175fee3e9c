import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ConfigError, parseGatewayConfig } from "../src/index.ts";
import { contextWith } from "./gateway/context.ts";

const page = readFileSync(new URL("../../../docs/gateway-json.md", import.meta.url), "utf8");

/** Each `json` block of the page, with the `text` block right after it, if there is one: what it is refused with. */
const examples = [...page.matchAll(/^```json\n([\s\S]*?)^```$(?:\n\n```text\n([\s\S]*?)^```$)?/gm)].map(
  ([, file = "", refusal]) => ({ file, refusal: refusal?.trimEnd() }),
);

function outcomeOf(file: string): string | undefined {
  try {
    const env = { DOCS_KEY: "k", ISSUES_TOKEN: "t", MY_API_SECRET: "s".repeat(32) };
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
