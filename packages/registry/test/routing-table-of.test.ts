import { describe, expect, test } from "@jest/globals";
import { type Route, reservedNames, routingTableOf } from "../src/index.ts";
import { gatewayOf, issuer, listenersOf, tableOf } from "./gateway.ts";

const stdio = { command: "x" };
const file = { mcpServers: { "mcp-time": stdio } };

/** The route an edge takes: of those that match, the one of the highest priority. */
function routeOf(routes: readonly Route[], method: string, host: string, path: string): string | undefined {
  return [...routes]
    .sort((a, b) => b.priority - a.priority)
    .find(
      (route) =>
        route.host === host &&
        (route.method ?? method) === method &&
        route.paths.some((rule) => rule.path === path || (rule.prefix && path.startsWith(`${rule.path}/`))),
    )?.name;
}

describe("the routes of local mode (oauth-wire 13.3)", () => {
  const { routes } = tableOf(file);

  test.each([
    ["GET", "localhost", "/", "auth"],
    ["POST", "localhost", "/token", "auth"],
    ["OPTIONS", "localhost", "/token", "auth"],
    ["GET", "localhost", "/register/some-client", "auth"],
    ["GET", "localhost", "/callback/oidc", "auth"],
    ["GET", "localhost", "/.well-known/oauth-protected-resource/mcp-time/mcp", "auth-metadata"],
    ["POST", "localhost", "/mcp-time/mcp", "mcp-time-path"],
    ["GET", "localhost", "/mcp-time/mcp/", "mcp-time-path"],
    ["OPTIONS", "localhost", "/mcp-time/mcp", "mcp-time-path-preflight"],
    ["POST", "mcp-time.localhost", "/mcp", "mcp-time-host"],
    ["OPTIONS", "mcp-time.localhost", "/mcp", "mcp-time-host-preflight"],
    ["GET", "mcp-time.localhost", "/.well-known/oauth-protected-resource/mcp", "mcp-time-metadata"],
    ["GET", "mcp-time.localhost", "/.well-known/oauth-authorization-server", "mcp-time-metadata"],
    ["GET", "mcp-time.localhost", "/.well-known/openid-configuration/mcp", "mcp-time-metadata"],
  ])("%s http://%s%s goes to %s", (method, host, path, name) => {
    expect(routeOf(routes, method, host, path)).toBe(name);
  });

  test("lead to a server from each of its hosts, and to auth for what comes before a token", () => {
    const aliased = tableOf({ mcpServers: { "mcp-time": { command: "x", gateway: { aliases: ["time"] } } } }).routes;
    expect(routeOf(aliased, "POST", "time.localhost", "/mcp")).toBe("mcp-time_1");
    expect(routeOf(aliased, "OPTIONS", "time.localhost", "/mcp")).toBe("mcp-time_1-preflight");
    const document = "/.well-known/oauth-protected-resource/mcp";
    expect(routeOf(aliased, "GET", "time.localhost", document)).toBe("mcp-time_1-metadata");
    expect(routeOf(aliased, "POST", "mcp-time.localhost", "/mcp")).toBe("mcp-time-host");
    expect(routeOf(aliased, "POST", "time.localhost", "/token")).toBeUndefined();
  });

  test.each([
    ["GET", "localhost", "/verify"],
    ["POST", "localhost", "/revocations"],
    ["GET", "localhost", "/health"],
    ["GET", "localhost", "/metrics"],
    ["POST", "localhost", "/mcp"],
    ["POST", "localhost", "/mcp-time"],
    ["POST", "localhost", "/mcp-timex/mcp"],
    ["POST", "localhost", "/mcp-time%2fmcp"],
    ["POST", "localhost", "/mcp-time/mcpx"],
    ["POST", "localhost", "/tokenx"],
    ["POST", "mcp-time.localhost", "/revocations"],
    ["GET", "mcp-time.localhost", "/health"],
    ["GET", "mcp-time.localhost", "/"],
    ["POST", "mcp-time.localhost", "/token"],
    ["GET", "mcp-time.localhost", "/.well-known/jwks.json"],
    ["POST", "other.localhost", "/mcp"],
  ])("%s http://%s%s goes nowhere", (method, host, path) => {
    expect(routeOf(routes, method, host, path)).toBeUndefined();
  });

  test("nothing without forward-auth reaches a server, and what does has the lowest priority", () => {
    const towardsServers = routes.filter(({ service }) => service !== "auth");
    expect(towardsServers).toHaveLength(2);
    for (const { middlewares, priority } of towardsServers) {
      expect(middlewares.slice(0, 2)).toEqual([{ kind: "cors" }, { kind: "forward-auth" }]);
      expect(priority).toBeLessThan(
        Math.min(...routes.filter(({ service }) => service === "auth").map((r) => r.priority)),
      );
    }
  });

  test("give auth a time to answer, and a server none", () => {
    for (const { service, patience } of routes)
      expect([service, patience !== undefined]).toEqual([service, service === "auth"]);
  });

  test("the prefix goes after auth has seen the whole path", () => {
    expect(routes.find(({ name }) => name === "mcp-time-path")?.middlewares).toEqual([
      { kind: "cors" },
      { kind: "forward-auth" },
      { kind: "strip-prefix", prefix: "/mcp-time" },
    ]);
  });

  test("route names are unique, and no server can take auth's service", () => {
    const table = tableOf({ mcpServers: { "auth-a": stdio, a: stdio, "a-host": stdio, "a-path": stdio } });
    const names = table.routes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(table.services.auth).toBe("http://127.0.0.1:4000");
    expect(Object.keys(table.services)).toHaveLength(5);
  });
});

describe("a server that speaks HTTP itself", () => {
  const middlewaresOf = (url: string, headers = {}) =>
    tableOf({ mcpServers: { a: { url, headers } } })
      .routes.find(({ name }) => name === "a-host")
      ?.middlewares.slice(2);

  test("is called by its own name, with the headers that gateway.json adds", () => {
    expect(middlewaresOf("http://127.0.0.1:3001/mcp", { Authorization: "Bearer k" })).toEqual([
      { kind: "set-headers", headers: { Host: "127.0.0.1:3001", Authorization: "Bearer k" } },
    ]);
  });

  test("may answer at another path", () => {
    expect(middlewaresOf("http://127.0.0.1:3001/v1/sse")?.[0]).toEqual({ kind: "replace-path", path: "/v1/sse" });
  });

  test("gets no token of the user's where it is not on this machine", () => {
    expect(middlewaresOf("https://mcp.example.com/mcp")).toEqual([
      { kind: "set-headers", headers: { Host: "mcp.example.com", "X-Auth-Token": "", "X-Gateway-Assertion": "" } },
    ]);
  });
});

describe("what is not routed", () => {
  test("a server that is switched off", () => {
    expect(tableOf(file, [], { MCP_TIME_ENABLED: "false" }).routes.map(({ name }) => name)).toEqual([
      "auth",
      "auth-metadata",
    ]);
  });

  test("a server that does not listen", () => {
    const config = gatewayOf(file);
    const listeners = { ...listenersOf(config), servers: {} };
    expect(routingTableOf(config, { issuer, listeners, corsOrigins: [] }).routes).toHaveLength(2);
  });
});

describe("reserved names", () => {
  test.each([
    "authorize",
    "token",
    "register",
    "login",
    "verify",
    "revocations",
    "health",
    "metrics",
    ".well-known",
    "assets",
  ])("%s is no server's name", (name) => expect(reservedNames.has(name)).toBe(true));

  test("every server's path form is apart from auth's routes", () => {
    const names = ["mcp-time", "a", "docs", "tokens", "well-known"];
    expect(names.filter((name) => reservedNames.has(name))).toEqual([]);
  });
});
