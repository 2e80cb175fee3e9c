import { parseGatewayConfig } from "@gateway/config";
import { describe, expect, test } from "@jest/globals";
import { ownServicesOf, servicesNamed, servicesOf, wavesOf } from "../../src/domain/stack-services.ts";

const file = {
  mcpServers: {
    one: { command: "npx" },
    three: { command: "npx", gateway: { replicas: 3 } },
    two: { command: "npx", gateway: { replicas: 2 } },
    off: { command: "npx", gateway: { replicas: 2 } },
    far: { url: "https://far.example/mcp" },
    image: { url: "http://image:3000/mcp", gateway: { image: "other" } },
  },
};
const configOf = (declaration: unknown) =>
  parseGatewayConfig(JSON.stringify(declaration), {
    file: "gateway.json",
    env: { MCP_OFF_ENABLED: "false" },
    reservedNames: new Set(),
    readFile: () => "",
  });
const config = configOf(file);
const own = ownServicesOf({});

describe("the services of compose", () => {
  test("are none of a server that is switched off or runs elsewhere, and one or more of another", () =>
    expect(Object.fromEntries(config.servers.map((server) => [server.name, servicesOf(server)]))).toEqual({
      one: ["one"],
      three: ["three", "three_2", "three_3"],
      two: ["two", "two_2"],
      off: [],
      far: [],
      image: ["image"],
    }));

  test.each([
    ["two", ["two", "two_2"]],
    ["two_2", ["two_2"]],
    ["traefik", ["traefik"]],
  ])("that %s means", (name, services) => expect(servicesNamed(name, config)).toEqual(services));
});

test.each([
  [undefined, ["traefik", "docker-socket", "auth", "redis"]],
  ["redis://redis:6379", ["traefik", "docker-socket", "auth", "redis"]],
  ["redis://store.example:6379", ["traefik", "docker-socket", "auth"]],
])("with REDIS_URL %s %j stand before the servers", (REDIS_URL, services) =>
  expect(ownServicesOf({ REDIS_URL })).toEqual(services),
);

describe("what begins anew", () => {
  test("is all at one time where there are no replicas", () => {
    const { one, far } = file.mcpServers;
    expect(wavesOf([], configOf({ mcpServers: { one, far } }), own)).toEqual([[]]);
    expect(wavesOf(["one"], config, own)).toEqual([["one"]]);
  });

  test("is one replica of each server after the other", () =>
    expect(wavesOf([], config, own)).toEqual([
      ["traefik", "docker-socket", "auth", "redis", "one", "three", "two", "image"],
      ["three_2", "two_2"],
      ["three_3"],
    ]));

  test("is no more than what was named", () => {
    expect(wavesOf(["one", "two", "two_2"], config, own)).toEqual([["one", "two"], ["two_2"]]);
    expect(wavesOf(["three_3"], config, own)).toEqual([["three_3"]]);
  });
});
