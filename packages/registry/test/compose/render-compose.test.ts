import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { headerVariables, renderCompose } from "../../src/index.ts";
import { gatewayOf } from "../gateway.ts";

type Service = { readonly [key: string]: unknown; readonly labels: Record<string, string> };

const file = {
  mcpServers: {
    "mcp-time": { command: "uvx", args: ["mcp-server-time"] },
    "mcp-native": {
      command: "npx",
      args: ["-y", "native"],
      env: { PORT: "${PORT}" },
      url: "http://127.0.0.1:${PORT}/mcp",
    },
    "mcp-far": { url: "https://far.example/mcp", headers: { Authorization: "Bearer far-secret" } },
    "mcp-off": { command: "npx", args: ["off"] },
  },
};
const settings = { API_KEY: "s3cret'value", MCP_OFF_ENABLED: "false" };
const textOf = (declaration: unknown) => renderCompose(gatewayOf(declaration, settings), { routing: "subdomain" });
const composeOf = (declaration: unknown) => parse(textOf(declaration));
const servers = (declaration: unknown): [string, Service][] =>
  Object.entries<Service>(composeOf(declaration).services).filter(([name]) => name !== "traefik");
const ruleNames = (labels: Record<string, string>) =>
  Object.keys(labels).flatMap((label) => /^traefik\.http\.routers\.(.+)\.rule$/.exec(label)?.[1] ?? []);

describe("a server's container", () => {
  test("is reached by no router that does not ask auth first", () => {
    const all = servers(file);
    expect(all.map(([name]) => name)).toEqual(["mcp-time", "mcp-native"]);
    for (const [name, { labels }] of all) {
      expect(ruleNames(labels)).toEqual([name]);
      expect(labels[`traefik.http.routers.${name}.middlewares`]?.split(",")).toContain("mcp-auth@docker");
    }
  });

  test("is reached by its name, and keeps its routes while it does not run", () => {
    for (const [name, { labels }] of servers(file)) {
      expect(labels["traefik.docker.allowNonRunning"]).toBe("true");
      expect(labels[`traefik.http.services.${name}.loadBalancer.server.url`]).toBe(`http://${name}:3000`);
    }
  });

  test("of one of our own servers is of its own image, and calls it by its name", () => {
    const native = { env: { PORT: "${PORT}" }, url: "http://127.0.0.1:${PORT}/mcp" };
    const [[, echo], [, fetchs]] = servers({
      mcpServers: {
        "mcp-echo-stateful": { command: "mcp-echo", args: ["stateful"], ...native },
        "mcp-fetchs": { command: "mcp-fetchs", ...native },
      },
    }) as [[string, Service], [string, Service]];
    expect([echo.image, fetchs.image]).toEqual([
      "${MCP_ECHO_IMAGE:-mcp-oauth-gateway/mcp-echo}",
      "${MCP_FETCHS_IMAGE:-mcp-oauth-gateway/mcp-fetchs}",
    ]);
    expect(echo.entrypoint).toEqual(["server-entrypoint", "mcp-echo", "stateful"]);
  });

  test("may do nothing but run its program", () => {
    for (const [name, service] of servers(file)) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        networks: [name],
        volumes: [{ type: "volume", source: name, target: "/data" }],
      });
      expect(service.pids_limit).toBeDefined();
      expect(service.mem_limit).toBeDefined();
      expect(service).not.toHaveProperty("ports");
    }
  });

  test("holds nothing of its environment in sight, nor an argument that comes from a variable", () => {
    const secret = { command: "npx", args: ["--key", "${env:API_KEY}"], env: { TOKEN: "of-the-server" } };
    const text = textOf({ mcpServers: { a: secret } });
    expect(text).not.toMatch(/s3cret|of-the-server/);
    const { environment } = parse(text).services.a;
    expect(environment).toMatchObject({
      SERVER_COMMAND_FILE: "/run/secrets/command",
      SERVER_ENV_FILE: "/run/secrets/env",
    });
    expect(environment).not.toHaveProperty("SERVER_COMMAND");
  });

  test("gets its headers by variables", () => {
    const native = { ...file.mcpServers["mcp-native"], headers: { "X-Key": "${env:API_KEY}" } };
    const config = gatewayOf({ mcpServers: { n: native } }, settings);
    expect(renderCompose(config, { routing: "subdomain" })).not.toContain("s3cret");
    expect(config.servers.map((server) => server.kind === "http" && headerVariables(server))).toEqual([
      { GATEWAY_HEADER_N_0: "s3cret'value" },
    ]);
  });

  test("takes what looks like a variable of compose as it is written", () => {
    const [[, { environment }] = ["", {} as Service]] = servers({
      mcpServers: { a: { command: "echo", args: ["$HOME"] } },
    });
    expect(environment).toMatchObject({ SERVER_COMMAND: "echo '$$HOME'" });
  });

  test.each([
    [
      "a limit of each process",
      { memory: "512m", pids: 64, cpus: 0.5 },
      { mem_limit: 4 * 536_870_912 + 268_435_456, pids_limit: 4 * 64 + 64, cpu_shares: 512 },
    ],
    ["no limit", {}, { mem_limit: "${SERVER_MEMORY:-2g}", pids_limit: "${SERVER_PIDS:-1024}" }],
  ])("is bound as a whole where gateway.json says %s", (_, limits, bounds) => {
    const gateway = { limits, sessions: { max: 2, warm: 1 } };
    const [[, service] = []] = servers({ mcpServers: { a: { command: "npx", gateway } } });
    expect(service).toMatchObject(bounds);
  });

  test("sees the folder it starts in, and cannot write to it", () => {
    const { services } = composeOf({ mcpServers: { a: { command: "node", args: ["server.js"], cwd: "/opt/a" } } });
    expect(services.a.volumes).toContainEqual({
      type: "bind",
      source: "/opt/a",
      target: "/srv/server",
      read_only: true,
    });
    expect(services.a.environment.SERVER_CWD).toBe("/srv/server");
  });
});

describe("the containers of a server with replicas", () => {
  const three = { mcpServers: { a: { command: "npx", gateway: { replicas: 3 } } } };
  const differing = (service: Service) => ({
    name: (service.environment as Record<string, string>).REPLICA_NAME,
    url: service.labels["traefik.http.services.a.loadBalancer.server.url"],
    volume: (service.volumes as { source: string }[])[0]?.source,
  });

  test("differ in their names, their volumes and where Traefik finds them, and in nothing else", () => {
    const all = servers(three);
    expect(all.map(([, service]) => differing(service))).toEqual([
      { name: "r1", url: "http://a:3000", volume: "a" },
      { name: "r2", url: "http://a_2:3000", volume: "a_2" },
      { name: "r3", url: "http://a_3:3000", volume: "a_3" },
    ]);
    const alike = all.map(([, service]) => {
      const { name, url, volume } = differing(service);
      const own = [`REPLICA_NAME":"${name}"`, `"${url}"`, `"source":"${volume}"`];
      return own.reduce((text, part) => text.replace(part, ""), JSON.stringify(service));
    });
    expect(new Set(alike).size).toBe(1);
  });

  test("stay as they are when there are more or fewer", () => {
    const two = { mcpServers: { a: { command: "npx", gateway: { replicas: 2 } } } };
    expect(servers(three).slice(0, 2)).toEqual(servers(two));
  });

  test("find each other by a name that no server has, on a network that is theirs alone", () => {
    for (const [, service] of servers(three)) {
      expect(service.environment).toMatchObject({ REPLICA_PEERS: "http://all_replicas:3000" });
      expect(service.networks).toEqual({ a: { aliases: ["all_replicas"] } });
    }
    expect(() => gatewayOf({ mcpServers: { all_replicas: { command: "npx" } } })).toThrow("a name of");
  });

  test("are of one image, which is built once", () => {
    const own = { mcpServers: { a: { command: "npx", gateway: { replicas: 2, image: "other" } } } };
    const [[, first], [, second]] = servers(own) as [[string, Service], [string, Service]];
    expect(first.image).toBe(second.image);
    expect([first, second].map((service) => "build" in service)).toEqual([true, false]);
  });

  test("are asked by Traefik whether they serve; one alone is not", () => {
    const healthCheck = "traefik.http.services.a.loadBalancer.healthCheck.path";
    for (const [, { labels }] of servers(three)) expect(labels[healthCheck]).toBe("/replica");
    const [[, { labels: ofOne }] = ["", {} as Service]] = servers({ mcpServers: { a: { command: "npx" } } });
    expect(ofOne).not.toHaveProperty(healthCheck);
  });
});

describe("Traefik's labels", () => {
  const { labels } = composeOf(file).services.traefik as Service;

  test("declare every middleware that a router names (decision 31)", () => {
    const own = servers(file).flatMap(([, service]) => Object.entries(service.labels));
    const all = [...Object.entries(labels), ...own];
    const named = all.flatMap(([label, value]) => (/routers\..+\.middlewares$/.test(label) ? value.split(",") : []));
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) {
      const declared = `traefik.http.middlewares.${name.replace(/@docker$/, "")}.`;
      expect(all.some(([label]) => label.startsWith(declared))).toBe(true);
    }
  });

  test("give every router a priority, and let nothing of auth through but its public paths", () => {
    for (const name of ruleNames(labels)) expect(labels[`traefik.http.routers.${name}.priority`]).toMatch(/^\d+$/);
    const entryPoint = (name: string) => labels[`traefik.http.routers.${name}.entryPoints`];
    const rules = (names: string[]) => names.map((name) => labels[`traefik.http.routers.${name}.rule`]).join();
    expect(rules(ruleNames(labels).filter((name) => entryPoint(name) !== "self"))).not.toMatch(/verify|health|metrics/);
    expect(rules(ruleNames(labels).filter((name) => entryPoint(name) === "self"))).toMatch(/verify/);
  });

  test("have no router of a name that a server may have", () => {
    const names = ruleNames(labels);
    expect(names.filter((name) => !name.includes("_"))).toEqual(["auth"]);
  });

  test("have whoever asks auth wait for it while it starts anew, and then told when to come back", () => {
    const serviceOf = (router: string) => labels[`traefik.http.routers.${router}.service`] ?? "";
    const url = (service: string) => labels[`traefik.http.services.${service}.loadBalancer.server.url`];
    const towardsAuth = ruleNames(labels).filter((router) => url(serviceOf(router)) === "http://auth:8000");
    expect(towardsAuth).toEqual(["auth", "auth_metadata", "auth_preflight", "auth_proxies", "auth_verify"]);
    for (const router of towardsAuth) {
      expect(labels[`traefik.http.routers.${router}.middlewares`]).toMatch(/auth_away@docker,auth_retry@docker$/);
      const service = serviceOf(router);
      // Declared in the file that `just up` writes.
      expect(labels[`traefik.http.services.${service}.loadBalancer.serversTransport`]).toBe(`${service}@file`);
    }
    expect(labels["traefik.http.middlewares.mcp-auth.forwardAuth.address"]).toBe("http://127.0.0.1:8082/verify");
  });

  test("keep auth's answer to a preflight free of other headers (decision 29)", () => {
    expect(labels["traefik.http.routers.auth_preflight.middlewares"]).not.toContain("headers");
  });
});

test("a server elsewhere has no container, and its headers are not in the file", () => {
  expect(textOf(file)).not.toMatch(/mcp-far|far-secret/);
});

test("the same gateway.json gives the same bytes", () => {
  expect(textOf(file)).toBe(textOf(file));
});
