import { describe, expect, test } from "@jest/globals";
import { serviceState } from "../../src/domain/container-state.ts";

describe("a container's state, as a person sees a server's", () => {
  test.each([
    [undefined, "failed"],
    [{ State: "exited", Health: "", ExitCode: 1 }, "failed"],
    [{ State: "created", Health: "", ExitCode: 0 }, "failed"],
    [{ State: "running", Health: "unhealthy", ExitCode: 0 }, "failed"],
    [{ State: "restarting", Health: "", ExitCode: 137 }, "restarting"],
    [{ State: "running", Health: "starting", ExitCode: 0 }, "starting"],
    [{ State: "running", Health: "healthy", ExitCode: 0 }, "ready"],
    [{ State: "running", Health: "", ExitCode: 0 }, "ready"],
  ])("%j is %s", (row, kind) => {
    expect(serviceState(row && { Service: "mcp-time", ...row }).kind).toBe(kind);
  });

  test("says where to look", () => {
    const row = { Service: "mcp-time", State: "exited", Health: "", ExitCode: 1 };
    expect(serviceState(row)).toEqual({ kind: "failed", reason: "its container is exited: just logs mcp-time" });
  });
});
