import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { deployedResourceServersOf, ResourceServers, type Routing, resourceServersOf } from "../src/index.ts";
import { gatewayOf, issuer } from "./gateway.ts";

const resourcesOf = (file: unknown, env = {}) => resourceServersOf(gatewayOf(file, env), { issuer });
const command = "x";

describe("what auth gets to know of the servers", () => {
  test("name both forms of the endpoint, the path form first", () => {
    expect(resourcesOf({ mcpServers: { "mcp-time": { command } } })).toEqual({
      strictResource: false,
      servers: [
        {
          name: "mcp-time",
          title: "mcp-time",
          identifiers: ["http://localhost:8080/mcp-time/mcp", "http://mcp-time.localhost:8080/mcp"],
          limitsTools: true,
        },
      ],
    });
  });

  test("name each further host; a whole one in the deployed gateway alone", () => {
    const gateway = { aliases: ["time", "time.acme.dev"] };
    const file = { mcpServers: { "mcp-time": { command, gateway } } };
    expect(resourcesOf(file).servers[0]?.identifiers).toEqual([
      "http://localhost:8080/mcp-time/mcp",
      "http://mcp-time.localhost:8080/mcp",
      "http://time.localhost:8080/mcp",
    ]);
    const deployed = (routing: Routing) =>
      deployedResourceServersOf(gatewayOf(file), { baseDomain: "g.dev", routing, portSuffix: ":8443" }).servers[0];
    const further = ["https://time.g.dev:8443/mcp", "https://time.acme.dev:8443/mcp"];
    expect(deployed("subdomain")?.identifiers).toEqual(["https://mcp-time.g.dev:8443/mcp", ...further]);
    expect(deployed("path")?.identifiers).toEqual(["https://g.dev:8443/mcp-time/mcp", ...further]);
  });

  test("name a host in place of the name's", () => {
    const file = { mcpServers: { "mcp-time": { command, gateway: { host: "time" } } } };
    expect(resourcesOf(file).servers[0]?.identifiers).toEqual([
      "http://localhost:8080/mcp-time/mcp",
      "http://time.localhost:8080/mcp",
    ]);
    const site = { baseDomain: "g.dev", routing: "subdomain", portSuffix: "" } as const;
    expect(deployedResourceServersOf(gatewayOf(file), site).servers[0]?.identifiers).toEqual([
      "https://time.g.dev/mcp",
    ]);
  });

  test("tell those whose tokens a proxy can hold to some tools from those that speak HTTP themselves", () => {
    const url = "http://127.0.0.1:1/mcp";
    const { servers } = resourcesOf({ mcpServers: { a: { command }, b: { url }, c: { command, url } } });
    expect(servers.map(({ limitsTools = false }) => limitsTools)).toEqual([true, false, false]);
  });

  test("tell which of them do not get the user's token", () => {
    const { servers } = resourcesOf({
      mcpServers: { a: { command }, b: { command, gateway: { forwardToken: false } } },
    });
    expect(servers.map(({ forwardToken }) => forwardToken)).toEqual([undefined, false]);
  });

  test("say which ways to sign in are offered", () => {
    expect(resourcesOf({ mcpServers: {}, gateway: { login: ["github"] } }).login).toEqual(["github"]);
  });

  test("say what the replay of a refresh token ends", () => {
    expect(resourcesOf({ mcpServers: {}, gateway: { refreshReuse: "reject" } }).refreshReuse).toBe("reject");
  });

  test.each([
    ["its own list", { users: ["ada"] }, { users: ["bob"] }, ["ada"]],
    ["the gateway's where it has none", undefined, { users: ["bob"] }, ["bob"]],
    ["an empty list, which is nobody", { users: [] }, { users: ["bob"] }, []],
    ["none: whoever may sign in", undefined, undefined, undefined],
  ])("a server's users are %s", (_what, own, top, allowUsers) => {
    const file = { mcpServers: { a: { command, gateway: { allow: own } } }, gateway: { allow: top } };
    expect(resourcesOf(file).servers[0]?.allowUsers).toEqual(allowUsers);
  });

  test("name the organizations and teams beside the users", () => {
    const allow = { users: ["ada"], orgs: ["acme"], teams: ["acme/tools"] };
    const [server] = resourcesOf({ mcpServers: { a: { command, gateway: { allow } } } }).servers;
    expect(server).toMatchObject({ allowUsers: ["ada"], allowOrgs: ["acme"], allowTeams: ["acme/tools"] });
  });

  test("name a server's scopes in words, and not what needs them", () => {
    const scopes = {
      "files:write": { title: "change files", tools: ["write_*"], implies: ["files:read"] },
      "files:read": { title: "read files", methods: ["resources/read"] },
    };
    const [server] = resourcesOf({ mcpServers: { a: { command, gateway: { scopes } } } }).servers;
    expect(server?.scopes).toEqual([
      { name: "files:write", title: "change files", implies: ["files:read"] },
      { name: "files:read", title: "read files" },
    ]);
  });

  test("leave out a server that is switched off", () => {
    const file = { mcpServers: { a: { command }, b: { command } } };
    expect(resourcesOf(file, { MCP_A_ENABLED: "false" }).servers.map(({ name }) => name)).toEqual(["b"]);
  });

  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwks = { keys: [publicKey.export({ format: "jwk" })] };

  test("hold no command, environment or header, and are what auth reads", () => {
    const file = {
      mcpServers: {
        a: { command: "canary", args: ["canary"], env: { A: "canary" } },
        b: { url: "http://canary/mcp", headers: { "X-Key": "canary" } },
      },
      gateway: {
        login: ["github", "oidc"],
        strictResource: true,
        strictScope: true,
        registration: {
          initialAccessTokens: ["canary".repeat(6)],
          softwareStatements: [{ issuer: "v", jwks }],
          rotate: true,
        },
        redirectSchemes: ["acme-chat"],
        cimd: { allow: ["app.example"], warn: ["*"], deny: [], logos: false, loopback: false },
        clients: [{ id: "rs", secret: "canary".repeat(6), introspect: true }],
      },
    };
    const resources = resourcesOf(file);
    expect(JSON.stringify(resources)).not.toContain("canary");
    expect(ResourceServers.parse(JSON.parse(JSON.stringify(resources)))).toEqual(resources);
  });
});
