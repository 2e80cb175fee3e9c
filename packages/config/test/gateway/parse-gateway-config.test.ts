import { describe, expect, test } from "@jest/globals";
import { oneServer, parse, refusal } from "./context.ts";

describe("a gateway.json", () => {
  test("declares a stdio server as MCP clients do", () => {
    const { servers, gateway, warnings } = parse(oneServer({ command: "uvx", args: ["mcp-server-time"] }));
    expect(servers).toEqual([
      {
        kind: "stdio",
        name: "mcp-time",
        enabled: true,
        command: ["uvx", "mcp-server-time"],
        env: {},
        sessions: { max: 100, perUser: 25, idleSeconds: 3600, warm: 0 },
        tools: {},
        limits: {
          memory: undefined,
          cpus: undefined,
          pids: undefined,
          messageSize: 16_777_216,
          pendingRequests: 1000,
          requestSeconds: 300,
          startupSeconds: 60,
          buffered: 536_870_912,
        },
      },
    ]);
    expect([gateway, warnings]).toEqual([{ strictResource: false }, []]);
  });

  test("declares a server that speaks HTTP itself, and one that the gateway runs too", () => {
    const { servers } = parse(
      {
        servers: {
          docs: { type: "http", url: "http://docs:3000/mcp", headers: { "X-Api-Key": "${env:KEY}" } },
          own: { command: "node", args: ["s.js"], env: { PORT: "${PORT}" }, url: "http://127.0.0.1:${PORT}/mcp" },
        },
      },
      { env: { KEY: "k" } },
    );
    expect(servers).toEqual([
      { kind: "http", name: "docs", enabled: true, url: "http://docs:3000/mcp", headers: { "X-Api-Key": "k" } },
      {
        kind: "http",
        name: "own",
        enabled: true,
        url: "http://127.0.0.1:${PORT}/mcp",
        headers: {},
        run: { command: ["node", "s.js"], env: { PORT: "${PORT}" } },
      },
    ]);
  });

  test("takes a server's hosts; its own name may be a further one beside another", () => {
    const gateway = { host: "time", aliases: ["mcp-time", "time.acme.dev"] };
    const { servers } = parse({ mcpServers: { "mcp-time": { command: "x", gateway } } });
    expect(servers).toMatchObject([gateway]);
  });

  test("may hold comments and a comma after the last item, as editors write it", () => {
    expect(parse('// mine\n{"mcpServers": {"a": {"command": "x"},},}').servers).toHaveLength(1);
  });

  test("takes what the gateway adds: who may use it, and the bounds of its sessions", () => {
    const { servers, gateway } = parse({
      mcpServers: {
        a: {
          command: "x",
          gateway: { allow: { users: ["ada", "12"] }, sessions: { max: 5, idleSeconds: 9, stateful: true, warm: 2 } },
        },
      },
      gateway: { allow: { users: [] }, login: ["oidc"], strictResource: true, strictScope: true },
    });
    expect(servers[0]).toMatchObject({
      allow: { users: ["ada", "12"] },
      sessions: { max: 5, perUser: 2, idleSeconds: 9, stateful: true, warm: 2 },
    });
    expect(gateway).toEqual({ allow: { users: [] }, login: ["oidc"], strictResource: true, strictScope: true });
  });

  test("bounds what a server may use, by itself or by the environment", () => {
    const sizes = { memory: "512m", messageSize: "1m", buffered: "2m" };
    const limits = { ...sizes, cpus: 0.5, pids: 64, pendingRequests: 9, requestSeconds: 5, startupSeconds: 6 };
    expect(parse(oneServer({ command: "x", gateway: { limits } })).servers[0]).toMatchObject({
      limits: { ...limits, memory: 536_870_912, messageSize: 1_048_576, buffered: 2_097_152 },
    });
    const env = { MCP_CHILD_MEMORY: "1G", MCP_CHILD_CPUS: "0.25", MCP_CHILD_PIDS: "9", MCP_SUBPROCESS_TIMEOUT: "7" };
    const own = { command: "x", gateway: { limits: { pids: 3 } } };
    expect(parse(oneServer(own), { env }).servers[0]).toMatchObject({
      limits: { memory: 1_073_741_824, cpus: 0.25, pids: 3, requestSeconds: 7 },
    });
  });

  test.each([
    [{}, {}, 25],
    [{ max: 1 }, {}, 1],
    [{ max: 9 }, {}, 3],
    [{ max: 9, perUser: 9 }, {}, 9],
    [{ max: 9, perUser: 20 }, {}, 9],
    [{ max: 9 }, { MCP_MAX_SESSIONS_PER_USER: "5" }, 5],
    [{}, { MCP_MAX_SESSIONS: "8" }, 2],
  ])("leaves one user, of sessions %j with %j, %d", (sessions, env, perUser) => {
    const { servers } = parse(oneServer({ command: "x", gateway: { sessions } }), { env });
    expect(servers[0]).toMatchObject({ sessions: { perUser } });
  });

  test("takes what the original calls otherwise", () => {
    expect(parse(oneServer({ command: "x" }), { env: { MCP_SESSION_TIMEOUT: "61" } }).servers[0]).toMatchObject({
      sessions: { idleSeconds: 61 },
    });
  });

  test("tells processes whose session they are for, none of them started ahead", () => {
    const own = { command: "x", gateway: { userEnv: true } };
    expect(parse(oneServer(own), { env: { MCP_WARM_SESSIONS: "3" } }).servers[0]).toMatchObject({
      userEnv: true,
      sessions: { warm: 0 },
    });
  });

  test.each([
    "python:3.13-slim",
    "mcp/fetch",
    "registry.example:5000/team/server:1.2",
    `ghcr.io/a/b@sha256:${"0123456789abcdef".repeat(4)}`,
  ])("may run in the image %s", (image) => {
    expect(parse(oneServer({ command: "x", gateway: { image } })).servers[0]).toMatchObject({ image });
  });

  test.each([
    ["that says its program", {}, {}],
    ["with a command in it", { command: "node", args: ["s.js"] }, { command: ["node", "s.js"] }],
  ])("with a url may be a container of an image %s", (_what, more, program) => {
    const entry = { url: "http://mcp-time:3000/mcp", env: { A: "1" }, gateway: { image: "other" }, ...more };
    const [server] = parse(oneServer(entry)).servers;
    expect(server).toMatchObject({ kind: "http", container: { image: "other", env: { A: "1" }, ...program } });
    expect(Object.hasOwn(server ?? {}, "run")).toBe("command" in more);
  });

  test("says which protocol versions a server speaks; nothing said: it is asked", () => {
    expect(parse(oneServer({ command: "x", gateway: { era: "modern" } })).servers[0]).toMatchObject({ era: "modern" });
    expect(parse(oneServer({ command: "x" })).servers[0]).not.toHaveProperty("era");
  });

  test.each([
    [{ facade: "legacy" }],
    [{ sharing: "all-users" }],
    [{ replicas: 2 }],
    [{ leases: { max: 8, maxPerUser: 2, waitSeconds: 0.5 } }],
    [{ cache: { "tools/list": { ttlSeconds: 60, scope: "public" }, "server/discover": { ttlSeconds: 0 } } }],
  ])("says of a server's processes %j; nothing said: what the proxy has by itself", (gateway) => {
    expect(parse(oneServer({ command: "x", gateway })).servers[0]).toMatchObject(gateway);
    expect(Object.keys(parse(oneServer({ command: "x" })).servers[0] ?? {})).not.toContain(Object.keys(gateway)[0]);
  });

  test("says which tools exist for clients", () => {
    const tools = { allow: ["read_*", "list files"], deny: ["read_secret"] };
    expect(parse(oneServer({ command: "x", gateway: { tools } })).servers[0]).toMatchObject({ tools });
  });

  test("takes the bounds that it does not name from the environment", () => {
    const env = { SESSION_TIMEOUT: "60", MCP_MAX_SESSIONS: "7", MCP_MAX_SESSIONS_PER_USER: "2" };
    expect(parse(oneServer({ command: "x" }), { env }).servers[0]).toMatchObject({
      sessions: { idleSeconds: 60, max: 7, perUser: 2 },
    });
  });

  test("sets keys of other clients aside, with one warning a server", () => {
    const { warnings } = parse(oneServer({ command: "x", disabled: false, autoApprove: ["a"], timeout: 3 }));
    expect(warnings).toEqual(["mcpServers.mcp-time: disabled, autoApprove, timeout has no effect here"]);
  });

  test.each([
    ["MCP_TIME_ENABLED", "false", false],
    ["MCP_MCP_TIME_ENABLED", "0", false],
    ["MCP_TIME_ENABLED", "true", true],
    ["MCP_FETCH_ENABLED", "true", true],
  ])("%s=%s leaves the one declared server enabled: %s", (variable, value, enabled) => {
    const { servers } = parse(oneServer({ command: "x" }), { env: { [variable]: value } });
    expect(servers.map((server) => server.enabled)).toEqual([enabled]);
  });

  test("reads an envFile beside it, and lets env win", () => {
    const { servers } = parse(oneServer({ command: "x", envFile: "own.env", env: { B: "2" }, cwd: "sub" }), {
      readFile: (path) => (path === "/home/ada/own.env" ? "A=1\nB=1\n" : ""),
    });
    expect(servers[0]).toMatchObject({ env: { A: "1", B: "2" }, cwd: "/home/ada/sub" });
  });
});

describe("placeholders", () => {
  test("${env:X} is the gateway's variable X, anywhere in an entry", () => {
    const entry = { command: "${env:BIN}", args: ["--key=${env:KEY}"], env: { A: "${env:KEY}${env:KEY}" } };
    expect(parse(oneServer(entry), { env: { BIN: "node", KEY: "k" } }).servers[0]).toMatchObject({
      command: ["node", "--key=k"],
      env: { A: "kk" },
    });
  });

  test("an argument may hold text that only looks like one: it is kept, and the person is told", () => {
    const { servers, warnings } = parse(oneServer({ command: "sh", args: ["-c", "echo ${HOME}"] }));
    expect(servers[0]).toMatchObject({ command: ["sh", "-c", "echo ${HOME}"] });
    expect(warnings).toEqual([expect.stringContaining("mcpServers.mcp-time.args[1]: ${HOME} is passed on as written")]);
  });

  test.each([
    ["an input", { env: { A: "${input:api-key}" } }, "env.A", /set API_KEY in \.env and write \$\{env:API_KEY\}/],
    ["a variable that is not set", { env: { A: "${env:NOPE}" } }, "env.A", /add NOPE=… to \.env/],
    ["an unknown one in env", { env: { A: "${workspaceFolder}" } }, "env.A", /\$\{env:X\}/],
  ])("%s is refused with what to do", (_what, entry, at, allowed) => {
    const { problems } = refusal(() => parse(oneServer({ command: "x", ...entry })));
    expect(problems).toEqual([
      expect.objectContaining({ at: `mcpServers.mcp-time.${at}`, allowed: expect.stringMatching(allowed) }),
    ]);
  });
});
