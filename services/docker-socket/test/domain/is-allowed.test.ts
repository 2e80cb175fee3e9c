import { describe, expect, test } from "@jest/globals";
import { isAllowed } from "../../src/domain/is-allowed.ts";

const id = "4f".repeat(32);

describe("of what could be asked of a Docker engine", () => {
  test.each([
    ["POST", "/containers/create"],
    ["POST", `/containers/${id}/exec`],
    ["DELETE", `/containers/${id}`],
    ["GET", `/containers/${id}/archive?path=/etc`],
    ["GET", `/containers/${id}/logs`],
    ["GET", "/secrets"],
    ["GET", "/images/json"],
    ["GET", "/info"],
    ["POST", "/containers/json"],
    ["HEAD", "/containers/json"],
    ["GET", `/containers/${id}/json/../archive`],
    ["GET", "/containers/..%2fsecrets/json"],
    ["GET", "/v1.41/../secrets"],
    ["GET", "//containers/json"],
    ["GET", "http://docker/containers/json"],
    ["GET", ""],
  ])("refuses %s %s", (method, target) => {
    expect(isAllowed(method, target)).toBe(false);
  });

  test.each([
    ["HEAD", "/_ping"],
    ["GET", "/v1.24/version"],
    ["GET", "/v1.41/containers/json?all=1"],
    ["GET", `/v1.41/containers/${id}/json`],
    ["GET", "/v1.41/events?filters=%7B%7D"],
  ])("lets Traefik's %s %s through", (method, target) => {
    expect(isAllowed(method, target)).toBe(true);
  });
});
