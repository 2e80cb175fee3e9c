import { describe, expect, test } from "@jest/globals";
import { parseContainer, serviceState } from "../../src/domain/container-state.ts";

describe("the state of a container", () => {
  test.each([
    ["exited", "Exited (1) 3 minutes ago", { kind: "failed", reason: "its container is exited: just logs mcp-time" }],
    ["created", "Created", { kind: "failed", reason: "its container is created: just logs mcp-time" }],
    ["paused", "Up 2 minutes (Paused)", { kind: "failed", reason: "its container is paused: just restart mcp-time" }],
    [
      "restarting",
      "Restarting (127) 2 seconds ago",
      { kind: "restarting", reason: "exited with code 127: just logs mcp-time" },
    ],
    ["running", "Up 2 minutes (unhealthy)", { kind: "failed", reason: "it is not ready: just logs mcp-time" }],
    ["running", "Up 2 seconds (health: starting)", { kind: "starting" }],
    ["running", "Up 2 minutes (healthy)", { kind: "ready" }],
    ["running", "Up 2 minutes", { kind: "ready" }],
  ])("%s, %s", (state, status, expected) => {
    expect(serviceState("mcp-time", parseContainer(`mcp-time\t${state}\t${status}`))).toEqual(expected);
  });

  test("that is not there", () => {
    expect(serviceState("mcp-time", undefined)).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("just up"),
    });
  });
});
