import { describe, expect, test } from "@jest/globals";
import { prefersHtml } from "../../src/domain/accept-header.ts";

describe("Accept header", () => {
  test.each([
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
    ["text/html", true],
    ["application/json;q=0.5, text/html", true],
    ["application/json, text/event-stream", false],
    ["text/event-stream", false],
    ["*/*", false],
    ["", false],
    ["text/html, application/json", false],
    ["text/html;q=0", false],
    ["text/html;q=x", false],
    ["text/htmlx", false],
  ])("%j asks for a page: %s", (accept, html) => {
    expect(prefersHtml(accept)).toBe(html);
  });
});
