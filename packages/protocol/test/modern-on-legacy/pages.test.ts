import { describe, expect, test } from "@jest/globals";
import { judgePages, pagesOf, renderNotOpened, renderPagesRequired } from "../../src/index.ts";
import { response } from "../modern/messages.ts";

const page = { url: "https://a.example/", message: "Sign in" };
const elicitation = { mode: "url", elicitationId: "e", ...page };

describe("the pages that a legacy server wants opened", () => {
  test.each([
    ["of no error", { result: {} }],
    ["of an error that is null", { error: null }],
    ["of another error", { error: { code: -32000, data: { elicitations: [elicitation] } } }],
    ["that are not named", { error: { code: -32042 } }],
    ["that are no list", { error: { code: -32042, data: { elicitations: {} } } }],
    ["that are none", { error: { code: -32042, data: { elicitations: [] } } }],
    [
      "one of which has no address",
      { error: { code: -32042, data: { elicitations: [elicitation, { message: "m" }] } } },
    ],
    [
      "that are too long to be asked for by a requestState",
      { error: { code: -32042, data: { elicitations: [{ ...elicitation, message: "m".repeat(65_536) }] } } },
    ],
    ["that are too many", { error: { code: -32042, data: { elicitations: Array(21).fill(elicitation) } } }],
  ])("are none: %s", (_what, answer) => expect(pagesOf(response(answer))).toBeUndefined());

  test("are asked for under keys of ours, without the legacy wire's ids", () => {
    const pages = pagesOf(response({ error: { code: -32042, data: { elicitations: [elicitation] } } })) ?? [];
    expect(JSON.parse(renderPagesRequired('"a"', pages, "state"))).toEqual({
      jsonrpc: "2.0",
      id: "a",
      result: {
        resultType: "input_required",
        inputRequests: { page_1: { method: "elicitation/create", params: { mode: "url", ...page } } },
        requestState: "state",
      },
    });
  });

  test.each([
    ["malformed", { page_1: { roots: [] }, page_2: { action: "accept" } }],
    ["malformed", { page_1: "accept" }],
    ["malformed", []],
    ["refused", { page_1: { action: "accept" }, page_2: { action: "cancel" } }],
    ["refused", { page_1: { action: "decline" } }],
    ["open", { page_1: { action: "accept" } }],
    ["open", { other: { action: "accept" } }],
    ["open", undefined],
    ["accepted", { page_1: { action: "accept" }, page_2: { action: "accept" }, other: 1 }],
  ])("are %s by the answers %j", (verdict, inputResponses) =>
    expect(judgePages([page, page], { inputResponses })).toBe(verdict),
  );

  test.each([
    ["tools/call", { result: { resultType: "complete", isError: true } }],
    ["prompts/get", { error: { code: -32603 } }],
  ])("and are not: %s fails", (method, expected) =>
    expect(JSON.parse(renderNotOpened("1", method))).toMatchObject({ id: 1, ...expected }),
  );
});
