import { describe, expect, test } from "@jest/globals";
import {
  emptyPark,
  nextRound,
  parkCallback,
  renderForLegacyChild,
  renderInputRequired,
  renderTaskRequest,
  requiresTask,
  taskIdOf,
  toModernAnswer,
} from "../../src/index.ts";
import { childRequest, request, response } from "../modern/messages.ts";

const _meta = { "io.modelcontextprotocol/related-task": { taskId: "t" } };

describe("a tool of a legacy server that only runs as a task", () => {
  test.each([
    [{}, false],
    [{ execution: null }, false],
    [{ execution: { taskSupport: "optional" } }, false],
    [{ execution: { taskSupport: "required" } }, true],
  ])("is told by %j: %s", (tool, expected) => expect(requiresTask(tool)).toBe(expected));

  test("is called with the task that the client does not know of", () => {
    const line = renderForLegacyChild(request("tools/call", { name: "a" }), { id: 5, token: 5 }, { ttl: 60 });
    expect(JSON.parse(line).params).toEqual({ name: "a", task: { ttl: 60 } });
  });

  test.each([
    [{ result: { task: { taskId: "t", status: "working" } } }, "t"],
    [{ result: { task: { taskId: 7 } } }, undefined],
    [{ result: { content: [] } }, undefined],
    [{ error: { code: 1, message: "m" } }, undefined],
  ])("has begun a task where it answers %j: %s", (answer, taskId) => expect(taskIdOf(response(answer))).toBe(taskId));

  test("is asked for what came of it", () =>
    expect(JSON.parse(renderTaskRequest(6, "tasks/result", "t"))).toEqual({
      jsonrpc: "2.0",
      id: 6,
      method: "tasks/result",
      params: { taskId: "t" },
    }));

  test("answers, and asks, without the task's name", () => {
    const context = { idText: "1", method: "tools/call", serverInfo: undefined, capabilities: {} };
    expect(JSON.parse(toModernAnswer(response({ result: { content: [], _meta } }), context).text).result).toEqual({
      content: [],
      resultType: "complete",
    });
    const asked = childRequest({ id: 3, method: "elicitation/create", params: { message: "m", _meta } });
    expect(renderInputRequired("1", nextRound(parkCallback(emptyPark, asked)), "s")).not.toContain("related-task");
  });
});
