import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parts } from "./parts.ts";

const require = createRequire(import.meta.url);
const everything = require.resolve("@modelcontextprotocol/server-everything/dist/index.js");
const memory = require.resolve("@modelcontextprotocol/server-memory/dist/index.js");
const filesystem = require.resolve("@modelcontextprotocol/server-filesystem/dist/index.js");
const sequentialThinking = require.resolve("@modelcontextprotocol/server-sequential-thinking/dist/index.js");
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

// Placeholders of gateway.json, which the supervisor fills in, and the last one the proxy.
const [port, dataDir, userId] = ["PORT", "DATA_DIR", "MCP_USER_ID"].map((name) => `$\{${name}}`);

/** Servers as a person declares them, at the versions that these tests pin. */
export const servers = {
  /** A native HTTP server that the supervisor runs. */
  everything: {
    command: process.execPath,
    args: [everything, "streamableHttp"],
    env: { PORT: port },
    url: `http://127.0.0.1:${port}/mcp`,
  },
  "everything-stdio": { command: process.execPath, args: [everything, "stdio"] },
  /** Has a further host. */
  memory: {
    command: process.execPath,
    args: [memory],
    env: { MEMORY_FILE_PATH: `${dataDir}/memory.jsonl` },
    gateway: { aliases: ["mem"] },
  },
  /** At the version that scripts/test-parts.sh fetched. */
  "mcp-time": {
    command: "uvx",
    args: ["mcp-server-time@2026.10.19"],
    env: { UV_CACHE_DIR: parts["mcp-server-time"] ?? "", UV_OFFLINE: "1" },
  },
  "mcp-git": {
    command: "uvx",
    args: ["mcp-server-git@2026.10.19"],
    env: { UV_CACHE_DIR: parts["mcp-server-git"] ?? "", UV_OFFLINE: "1" },
  },
  filesystem: { command: process.execPath, args: [filesystem, `${dataDir}/files`] },
  "mcp-sequentialthinking": { command: process.execPath, args: [sequentialThinking] },
  /** Answers with the headers that reached it. */
  headers: {
    command: process.execPath,
    args: [fixture("header-server.js")],
    env: { PORT: port },
    url: `http://127.0.0.1:${port}/mcp`,
  },
  /** Has tools that show its process and end it. */
  faulty: { command: process.execPath, args: [fixture("faulty-server.js")] },
  /** The same; two of its tools need scopes. */
  scoped: {
    command: process.execPath,
    args: [fixture("faulty-server.js")],
    gateway: {
      scopes: {
        "process:see": { title: "see its process number", tools: ["pid"] },
        "process:end": { title: "end its process", tools: ["ex*"], implies: ["process:see"] },
      },
    },
  },
  /** The same; its sessions end with their process. */
  stateful: {
    command: process.execPath,
    args: [fixture("faulty-server.js"), "stateful"],
    gateway: { sessions: { stateful: true } },
  },
  /** The same; its processes are told whose session they are for. */
  "user-env": {
    command: process.execPath,
    args: [fixture("faulty-server.js")],
    gateway: { userEnv: true },
  },
  /** A memory for each user. */
  "own-memory": {
    command: process.execPath,
    args: [memory],
    env: { MEMORY_FILE_PATH: `${dataDir}/memory-${userId}.jsonl` },
    gateway: { userEnv: true },
  },
} as const;

/** gateway.json for some of them. */
export function declarationOf(...names: readonly (keyof typeof servers)[]) {
  return { mcpServers: Object.fromEntries(names.map((name) => [name, servers[name]])) };
}

const repository = fileURLToPath(new URL("../..", import.meta.url));
const inRepository = (program: string, ...args: string[]) => ({
  command: "node",
  args: [program, ...args],
  cwd: repository,
});
const everythingThere = "e2e/node_modules/@modelcontextprotocol/server-everything/dist/index.js";
const memoryThere = "e2e/node_modules/@modelcontextprotocol/server-memory/dist/index.js";
const native = { env: { PORT: port }, url: servers.everything.url };
const everyAddress = { PORT: port, HOST: "0.0.0.0" };

/** Images that have nothing of the gateway, made of the folders of these names in e2e/fixtures/images. */
export const imagesOfServers = {
  python: "gateway-e2e/python",
  shell: "gateway-e2e/shell",
  empty: "gateway-e2e/empty",
} as const;

/** The same servers for containers, which see this repository as a folder that they start in. */
const serversInDocker = {
  everything: {
    ...inRepository(everythingThere, "streamableHttp"),
    env: everyAddress,
    url: servers.everything.url,
  },
  "everything-stdio": inRepository(everythingThere, "stdio"),
  memory: {
    ...inRepository(memoryThere),
    env: { MEMORY_FILE_PATH: `${dataDir}/memory.jsonl` },
    gateway: servers.memory.gateway,
  },
  /** A memory for each user. */
  "own-memory": {
    ...inRepository(memoryThere),
    env: servers["own-memory"].env,
    gateway: servers["own-memory"].gateway,
  },
  filesystem: inRepository(
    "e2e/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js",
    `${dataDir}/files`,
  ),
  /** Fetched from the package index, as a person's would be. */
  "mcp-time": { command: "uvx", args: ["mcp-server-time@2026.10.19"] },
  "mcp-tmux": { command: "uvx", args: ["--with", "mcp<2", "tmux-mcp@0.3.3"] },
  headers: { ...inRepository("e2e/fixtures/header-server.js"), env: everyAddress, url: servers.headers.url },
  faulty: inRepository("e2e/fixtures/faulty-server.js"),
  /** Tells what it can read, write and reach. */
  prober: { ...inRepository("e2e/fixtures/prober-server.js"), env: { OWN: "of the prober" } },
  /** Ask their clients, each in its own wire. */
  legacy: inRepository("e2e/fixtures/eras/legacy-server.js", "/dev/null"),
  modern: inRepository("e2e/fixtures/eras/modern-server.js", "/dev/null", "--modern"),
  /** The gateway's own, as `just add` declares them. */
  "mcp-echo-stateful": { command: "mcp-echo", args: ["stateful"], ...native },
  "mcp-echo-stateless": { command: "mcp-echo", args: ["stateless"], ...native },
  "mcp-fetchs": { command: "mcp-fetchs", ...native, gateway: { aliases: ["fetch"] } },
  /** In images that somebody else made. */
  "in-python": {
    ...{ command: "python3", args: ["server.py"], env: { OWN: "of the server" } },
    gateway: { image: imagesOfServers.python },
  },
  "in-shell": { command: "sh", args: ["/server.sh"], gateway: { image: imagesOfServers.shell } },
  /** Speaks HTTP itself, by the image's own program. */
  "in-native": { url: servers.everything.url, gateway: { image: "mcp-oauth-gateway/mcp-echo" } },
  "in-nothing": { command: "server", gateway: { image: imagesOfServers.empty } },
} as const;

/** gateway.json for some of them. */
export function dockerDeclarationOf(...names: readonly (keyof typeof serversInDocker)[]) {
  return { mcpServers: Object.fromEntries(names.map((name) => [name, serversInDocker[name]])) };
}
