import type { Route } from "@gateway/registry";
import { describe, expect, test } from "@jest/globals";
import { indexUrlOf, routerOf } from "../../src/domain/routing.ts";

const route = (name: string, priority: number, host: string, paths: Route["paths"], method?: "OPTIONS"): Route => ({
  name,
  priority,
  host,
  paths,
  middlewares: [],
  service: "s",
  ...(method && { method }),
});
const mcp = (path: string) => [
  { path, prefix: false },
  { path, prefix: true },
];
const table = {
  services: { s: "http://127.0.0.1:1" },
  verifyUrl: "",
  corsOrigins: [],
  routes: [
    route("index", 100, "localhost", [{ path: "/", prefix: false }]),
    route("m1", 200, "localhost", mcp("/m1/mcp")),
    route("m1-preflight", 300, "localhost", mcp("/m1/mcp"), "OPTIONS"),
    route("m1-host", 200, "m1.localhost", mcp("/mcp")),
  ],
};
const find = routerOf(table);

describe("the route of a request", () => {
  test.each([
    ["GET", "localhost", "/", "index"],
    ["POST", "localhost", "/m1/mcp", "m1"],
    ["POST", "localhost", "/m1/mcp/", "m1"],
    ["POST", "localhost", "/m1/mcp/x", "m1"],
    ["OPTIONS", "localhost", "/m1/mcp", "m1-preflight"],
    ["GET", "m1.localhost", "/mcp", "m1-host"],
  ])("%s http://%s%s is %s", (method, host, path, name) => {
    expect(find({ method, host, path })?.name).toBe(name);
  });

  test.each([
    ["GET", "localhost", "/m1x/mcp"],
    ["GET", "localhost", "/m1/mcpx"],
    ["GET", "localhost", "/m1"],
    ["GET", "localhost", "/M1/mcp"],
    ["GET", "localhost", "/m1/%6dcp"],
    ["GET", "localhost", "/verify"],
    ["GET", "m1.localhost", "/"],
    ["GET", "evil.example", "/mcp"],
    ["GET", "", "/mcp"],
  ])("%s http://%s%s has none", (method, host, path) => {
    expect(find({ method, host, path })).toBeUndefined();
  });
});

test("the index is the address of the host that has a root page", () => {
  expect(indexUrlOf(table, 8080)).toBe("http://localhost:8080/");
  expect(indexUrlOf({ ...table, routes: [] }, 8080)).toBeUndefined();
});
