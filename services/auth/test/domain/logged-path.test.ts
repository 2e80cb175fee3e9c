import { describe, expect, test } from "@jest/globals";
import { loggedPath } from "../../src/domain/logged-path.ts";

describe("a path in the log", () => {
  test.each([
    ["a client's id", "/register/client_0aB9xYz12345678901234w", "/register/…"],
    ["a sealed address", "/assets/logos/q83vEjRWeJCrze8SNFZ4kA", "/assets/logos/…"],
    ["a JWT", "/eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "/…"],
    ["lower-case hexadecimal digits", "/x/0f8fad5bd9cb469fa165708677289501", "/x/…"],
    ["a user code", "/device/WDJB-MJHT", "/device/…"],
    ["what is encoded", "/a%20b", "/…"],
    ["a very long word", `/${"a".repeat(33)}`, "/…"],
    ["a line break", "/token\n", "/…"],
    ["many segments", "/a/b/c/d/e/f/g/h", "/a/b/c/d/e/f/…"],
  ])("has not %s", (_what, path, logged) => {
    expect(loggedPath(path)).toBe(logged);
  });

  test.each([
    "/",
    "/token",
    "/.well-known/oauth-protected-resource/mcp-sequentialthinking/mcp",
    "/.well-known/jwks.json",
  ])("is %s as it was asked for", (path) => {
    expect(loggedPath(path)).toBe(path);
  });
});
