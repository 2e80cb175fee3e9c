import { describe, expect, test } from "@jest/globals";
import { childEnvironment } from "../src/index.ts";

describe("a child's environment", () => {
  test.each(["PATH", "HOME", "LC_ALL", "XDG_CACHE_HOME", "https_proxy", "npm_config_cache", "UV_INDEX_URL", "TZ"])(
    "has the machine's %s",
    (name) => expect(childEnvironment({ [name]: "value" }, {})).toEqual({ [name]: "value" }),
  );

  test.each([
    "GATEWAY_JWT_SECRET",
    "GITHUB_CLIENT_SECRET",
    "REDIS_PASSWORD",
    "REDIS_URL",
    "AUTH_JWKS_URL",
    "SERVER_ENV",
    "AWS_ACCESS_KEY_ID",
    "NODE_OPTIONS",
    "npm_config_//registry.example/:_authToken",
    "UV_PUBLISH_TOKEN",
    "npm_config_call",
  ])("does not have %s", (name) => expect(childEnvironment({ [name]: "value" }, {})).toEqual({}));

  test("has the server's own values, whatever their names, and these win", () => {
    const environment = childEnvironment({ HOME: "/home/a", TZ: "UTC" }, { HOME: "/srv", API_TOKEN: "t" });
    expect(environment).toEqual({ HOME: "/srv", TZ: "UTC", API_TOKEN: "t" });
  });
});
