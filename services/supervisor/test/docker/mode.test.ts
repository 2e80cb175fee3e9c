import { describe, expect, test } from "@jest/globals";
import { modeOf } from "../../src/docker/mode.ts";

describe("where a verb acts", () => {
  test("both at once are refused", () => {
    expect(() => modeOf(["--docker", "--local"], {})).toThrow("not both");
  });

  test.each([
    [[], {}, "local"],
    [[], { BASE_DOMAIN: "" }, "local"],
    [[], { BASE_DOMAIN: "mcp.example.com" }, "docker"],
    [["--local"], { BASE_DOMAIN: "mcp.example.com" }, "local"],
    [["--docker"], {}, "docker"],
  ])("%j with %j is %s", (args, environment, mode) => {
    expect(modeOf(args, environment).mode).toBe(mode);
  });

  test("the other arguments stay", () => {
    expect(modeOf(["mcp-time", "--docker", "--follow"], {}).rest).toEqual(["mcp-time", "--follow"]);
  });
});
