import { describe, expect, test } from "@jest/globals";
import { inEitherMode, modeOf } from "../../src/docker/mode.ts";

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

test("help says what a verb takes in Docker, where that is something else", () => {
  const verb = (usage: string) => ({ usage, help: "Ends it.", run: async () => 0 });
  expect(inEitherMode(verb("down"), verb("down [--volumes]")).help).toContain(
    "Docker: just down [--volumes]\nEnds it.",
  );
  expect(inEitherMode(verb("up"), verb("up")).help).toBe("Ends it.\nDocker: Ends it.");
});
