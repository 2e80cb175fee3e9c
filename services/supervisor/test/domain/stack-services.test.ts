import { parseGatewayConfig } from "@gateway/config";
import { describe, expect, test } from "@jest/globals";
import { servicesNamed, servicesOf, wavesOf } from "../../src/domain/stack-services.ts";

const file = {
  mcpServers: {
    one: { command: "npx" },
    three: { command: "npx", gateway: { replicas: 3 } },
    two: { command: "npx", gateway: { replicas: 2 } },
    off: { command: "npx", gateway: { replicas: 2 } },
    far: { url: "https://far.example/mcp" },
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

describe("the services of compose", () => {
  test("are none of a server that is switched off or runs elsewhere, and one or more of another", () =>
    expect(Object.fromEntries(config.servers.map((server) => [server.name, servicesOf(server)]))).toEqual({
      one: ["one"],
      three: ["three", "three_2", "three_3"],
      two: ["two", "two_2"],
      off: [],
      far: [],
    }));

  test.each([
    ["two", ["two", "two_2"]],
    ["two_2", ["two_2"]],
    ["traefik", ["traefik"]],
  ])("that %s means", (name, services) => expect(servicesNamed(name, config)).toEqual(services));
});

describe("what begins anew", () => {
  test("is all at one time where there are no replicas", () => {
    const { one, far } = file.mcpServers;
    expect(wavesOf([], configOf({ mcpServers: { one, far } }))).toEqual([[]]);
    expect(wavesOf(["one"], config)).toEqual([["one"]]);
  });

  test("is one replica of each server after the other", () =>
    expect(wavesOf([], config)).toEqual([
      ["traefik", "docker-socket", "auth", "redis", "one", "three", "two"],
      ["three_2", "two_2"],
      ["three_3"],
    ]));

  test("is no more than what was named", () => {
    expect(wavesOf(["one", "two", "two_2"], config)).toEqual([["one", "two"], ["two_2"]]);
    expect(wavesOf(["three_3"], config)).toEqual([["three_3"]]);
  });
});
