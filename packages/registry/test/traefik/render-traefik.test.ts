import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { type RoutingTable, renderTls, renderTraefik } from "../../src/index.ts";
import { tableOf } from "../gateway.ts";

const base = readFileSync(new URL("../../../../traefik/static.yml", import.meta.url), "utf8");
const options = {
  base,
  address: "127.0.0.1:9090",
  selfAddress: "127.0.0.1:9092",
  dynamicFile: "/data/run/dynamic.yml",
  awayUrl: "http://127.0.0.1:9093",
};
const file = { mcpServers: { a: { url: "http://127.0.0.1:3001/mcp", headers: { "X-Key": "k" } } } };
const dynamicOf = (table: RoutingTable) => parse(renderTraefik(table, options).dynamicConfig).http;

describe("the static configuration", () => {
  const { staticConfig } = renderTraefik(tableOf(file), options);

  test("is traefik/static.yml with the addresses and the file of this start", () => {
    const { web, self } = parse(base).entryPoints;
    expect(parse(staticConfig)).toEqual({
      ...parse(base),
      entryPoints: { web: { ...web, address: "127.0.0.1:9090" }, self: { ...self, address: "127.0.0.1:9092" } },
      providers: { file: { filename: "/data/run/dynamic.yml", watch: true } },
    });
  });

  test("says that it is rendered, believes no X-Forwarded-*, and has no dashboard", () => {
    expect(staticConfig).toMatch(/^# Rendered from gateway\.json/);
    expect(parse(staticConfig).entryPoints.web.forwardedHeaders).toEqual({ insecure: false });
    expect(parse(staticConfig)).not.toHaveProperty("api");
    expect(parse(staticConfig)).not.toHaveProperty("accessLog");
  });
});

describe("the dynamic configuration", () => {
  test("gives every router a priority, and only names middlewares and services that are there", () => {
    const { routers, middlewares, services } = dynamicOf(tableOf(file));
    for (const router of Object.values<{ priority: number; middlewares?: string[]; service: string }>(routers)) {
      expect(router.priority).toBeGreaterThan(0);
      expect(Object.keys(middlewares)).toEqual(expect.arrayContaining(router.middlewares ?? []));
      expect(services).toHaveProperty([router.service]);
    }
  });

  test("leads to auth by bounded transports alone, and answers in its place while it is away", () => {
    const { routers, middlewares, services, serversTransports } = dynamicOf(tableOf(file));
    const towardsAuth = Object.values<{ middlewares?: string[]; service: string }>(routers).filter(
      ({ service }) => services[service].loadBalancer.servers[0].url === "http://127.0.0.1:4000",
    );
    expect(towardsAuth.length).toBeGreaterThan(3);
    for (const router of towardsAuth) {
      expect(router.middlewares?.slice(-2)).toEqual(["auth_away", "auth_retry"]);
      const { forwardingTimeouts } = serversTransports[services[router.service].loadBalancer.serversTransport];
      expect(forwardingTimeouts).toEqual({
        dialTimeout: expect.any(String),
        responseHeaderTimeout: expect.any(String),
      });
    }
    expect(middlewares["mcp-auth"].forwardAuth.address).toBe("http://127.0.0.1:9092/verify");
  });

  test("answers what only Traefik may ask on an entry point of its own", () => {
    const { routers } = dynamicOf(tableOf(file));
    const rulesOn = (entryPoint: string) =>
      Object.values<{ entryPoints: string[]; rule: string }>(routers)
        .filter(({ entryPoints }) => entryPoints.includes(entryPoint))
        .map(({ rule }) => rule)
        .join();
    expect(rulesOn("self")).toBe("Path(`/verify`),Path(`/away`)");
    expect(rulesOn("web")).not.toMatch(/verify|away/);
  });

  test("strips every identity header and every credential of the client (oauth-wire 13.2)", () => {
    const { forwardAuth } = dynamicOf(tableOf(file)).middlewares["mcp-auth"];
    expect(forwardAuth).toMatchObject({ trustForwardHeader: false, maxResponseBodySize: 8192 });
    expect(forwardAuth.authResponseHeaders).toEqual(
      expect.arrayContaining([
        "x-user-id",
        "x-user-name",
        "x-auth-token",
        "x-gateway-assertion",
        "authorization",
        "cookie",
      ]),
    );
    expect(forwardAuth.authResponseHeadersRegex).toContain("(user|auth|gateway)");
  });

  describe.each<[string[], string[], string[]]>([
    [[], [], ["http://localhost:5173", "https://a.example"]],
    [["https://a.example"], ["https://a.example"], ["https://a.example.evil", "http://localhost:5173", "null"]],
    [["*"], ["https://a.example", "http://localhost:1"], ["null", ""]],
    [
      ["loopback"],
      ["http://localhost:5173", "http://127.0.0.1", "http://[::1]:80", "https://a.b.localhost"],
      ["http://localhost.evil", "http://127.0.0.1.evil", "http://evil/localhost", "null", "http://evillocalhost"],
    ],
  ])("with the origins %j", (origins, allowed, refused) => {
    const { accessControlAllowOriginList = [], accessControlAllowOriginListRegex = [] } = dynamicOf(
      tableOf(file, origins),
    ).middlewares["mcp-cors"].headers;
    const isAllowed = (origin: string) =>
      accessControlAllowOriginList.includes(origin) ||
      accessControlAllowOriginListRegex.some((pattern: string) => new RegExp(pattern).test(origin));

    test("allows and refuses as the edge does", () => {
      expect(allowed.filter((origin) => !isAllowed(origin))).toEqual([]);
      expect(refused.filter(isAllowed)).toEqual([]);
    });
  });
});

describe("how Traefik speaks TLS", () => {
  const options = { default: { minVersion: "VersionTLS12" } };
  const certificate = { certFile: "/tls/cert.pem", keyFile: "/tls/key.pem" };

  test("is not below 1.2, on any name that says nothing else", () => {
    expect(parse(renderTls())).toEqual({ tls: { options } });
  });

  test("is not below 1.2 with a certificate of one's own either", () => {
    const stores = { default: { defaultCertificate: certificate } };
    expect(parse(renderTls(certificate))).toEqual({ tls: { options, stores } });
  });
});

describe("a hostile value", () => {
  test.each(["a`b", "a`) || Host(`b", "a\nb"])("never becomes part of a rule: %j", (value) => {
    const table = tableOf(file);
    const [route] = table.routes;
    if (route === undefined) throw new Error("no route");
    const hostile = { ...table, routes: [{ ...route, host: value }] };
    expect(() => renderTraefik(hostile, options)).toThrow("cannot stand in a routing rule");
  });

  test.each([
    '{{ env "SECRET" }}',
    "{{{",
    "\\{{x}}",
    "a\nb: c",
    '"',
    "'",
    "# x",
    "${X}",
    "*a",
    "&a",
    "\u0000",
    "no",
    "1",
    "a: b",
  ])("arrives as it was given: %j", (value) => arrives(value));

  test("arrives as it was given, whatever it is", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), arrives));
  });

  function arrives(value: string): void {
    const table = tableOf(file);
    const routes = table.routes.map((route) => ({
      ...route,
      middlewares: route.middlewares.map((middleware) =>
        middleware.kind === "set-headers" ? { ...middleware, headers: { "X-Key": value } } : middleware,
      ),
    }));
    const { dynamicConfig } = renderTraefik({ ...table, routes }, options);
    // What stood between two braces would be run as a Go template before the YAML is read.
    expect(dynamicConfig).not.toContain("{{");
    expect(parse(dynamicConfig).http.middlewares["a-host-set-headers"].headers.customRequestHeaders).toEqual({
      "X-Key": value,
    });
  }
});
