import { authHeapFlags, type StdioServer } from "@gateway/config";
import { describe, expect, test } from "@jest/globals";
import { authProcess, nativeProcess, proxyProcess } from "../src/processes.ts";
import type { Settings } from "../src/settings.ts";

const settings: Settings = {
  port: 8080,
  url: "http://localhost:8080",
  configFile: "/project/gateway.json",
  dataDir: "/data",
  traefikBin: undefined,
  backupPassphrase: undefined,
  startupTimeout: 60,
  corsOrigins: ["loopback"],
  localLogin: true,
  environment: {},
};
const dataDir = { path: "/data", run: "/data/run", auth: "/data/auth", logs: "/data/logs", servers: "/data/servers" };
const server = (command: [string, ...string[]], cwd?: string): StdioServer => ({
  kind: "stdio",
  name: "m",
  enabled: true,
  command,
  env: {},
  sessions: { idleSeconds: 60, max: 10, perUser: 2, warm: 0 },
  tools: {},
  limits: {
    memory: 536_870_912,
    cpus: 0.5,
    pids: 64,
    messageSize: 65_536,
    pendingRequests: 10,
    startupSeconds: 11,
    buffered: 1_048_576,
    requestSeconds: 9,
  },
  ...(cwd === undefined ? {} : { cwd }),
});
const own = { port: 4001, authPort: 4000, identifiers: ["http://localhost:8080/m/mcp"] };

describe("the process of auth", () => {
  test("is told to keep its heap small, before its program", () => {
    const { command } = authProcess(settings, dataDir, 4_000, "/data/run/resources.json");
    expect(command.slice(1, -1)).toEqual(authHeapFlags);
    expect(command.at(-1)).toMatch(/auth\/dist\/main\.js$/);
  });
});

describe("the process of a stdio server", () => {
  test("gives the command to the proxy exactly, behind --", () => {
    const { spec, program } = proxyProcess(settings, dataDir, server(["node", "a b", "; touch pwned", "--"]), own);
    expect(spec.command.slice(-5)).toEqual(["--", "node", "a b", "; touch pwned", "--"]);
    expect(program).toBe("node");
  });

  test.each([
    ["beside gateway.json", server(["node", "./server.js"]), "/project"],
    ["in a folder of its own when a package runner starts it", server(["npx", "-y", "m"]), "/data/servers/m"],
    ["where it says itself", server(["npx", "-y", "m"], "/elsewhere"), "/elsewhere"],
  ])("starts the server %s", (_where, declared, folder) => {
    const { spec } = proxyProcess(settings, dataDir, declared, own);
    expect([spec.cwd, spec.env.SERVER_CWD]).toEqual([folder, folder]);
  });
});

describe("the process of a server that speaks HTTP itself", () => {
  const run = (...command: [string, ...string[]]) =>
    nativeProcess(settings, dataDir, { name: "m", port: 4001, run: { command, env: {} } }).spec.command;

  test("is its command", () => {
    expect(run("node", "./server.js")).toEqual(["node", "./server.js"]);
  });

  test("is one of ours where its command names that alone", () => {
    const [node, program, ...args] = run("mcp-echo", "stateful");
    expect({ node, args }).toEqual({ node: process.execPath, args: ["stateful"] });
    expect(program).toMatch(/services\/mcp-echo\/dist\/main\.js$/);
    expect(run("./mcp-echo")).toEqual(["./mcp-echo"]);
  });
});
