import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { renderCompose, renderScraperNetworks, renderScrapeTargets } from "../../src/index.ts";
import { gatewayOf } from "../gateway.ts";

const native = { command: "npx", url: "http://127.0.0.1:${PORT}/mcp", env: { PORT: "${PORT}" } };
const config = gatewayOf(
  {
    mcpServers: {
      "mcp-time": { command: "uvx", args: ["mcp-server-time"] },
      "mcp-many": { command: "npx", gateway: { replicas: 2 } },
      "mcp-native": native,
      "mcp-far": { url: "https://far.example/mcp" },
      "mcp-off": { command: "npx" },
    },
  },
  { MCP_OFF_ENABLED: "false" },
);

describe("what reads metrics", () => {
  test("is on auth's network and on those of servers with a proxy, and makes none", () => {
    const { services, networks } = parse(renderScraperNetworks(config, "stack"));
    expect(services).toEqual({ scraper: { networks: ["front", "mcp-time", "mcp-many"] } });
    expect(networks).toEqual({
      front: { name: "stack-front", external: true },
      "mcp-time": { name: "stack_mcp-time", external: true },
      "mcp-many": { name: "stack_mcp-many", external: true },
    });
  });

  test("is told of auth and of each proxy, replicas too, and whose each is", () => {
    expect(JSON.parse(renderScrapeTargets(config, 9_464))).toEqual([
      { targets: ["auth:9464"], labels: { service: "auth" } },
      { targets: ["mcp-time:9464"], labels: { service: "proxy", server: "mcp-time" } },
      { targets: ["mcp-many:9464", "mcp-many_2:9464"], labels: { service: "proxy", server: "mcp-many" } },
    ]);
  });
});

describe("the port of metrics", () => {
  const { services } = parse(renderCompose(config, { routing: "subdomain" }));
  const environments = Object.entries<{ environment?: Record<string, string> }>(services).map(
    ([name, { environment = {} }]) => [name, environment.METRICS_PORT],
  );

  test("is named to proxies alone, and is none unless it is set", () => {
    expect(Object.fromEntries(environments)).toEqual({
      traefik: undefined,
      "mcp-time": "${METRICS_PORT:-}",
      "mcp-many": "${METRICS_PORT:-}",
      "mcp-many_2": "${METRICS_PORT:-}",
      "mcp-native": undefined,
    });
  });

  test("is in no label of Traefik's, and not published", () => {
    for (const [name, { labels, ports }] of Object.entries<Record<string, unknown>>(services)) {
      expect([name, JSON.stringify(labels).includes("METRICS"), ports]).toEqual([name, false, undefined]);
    }
  });
});
