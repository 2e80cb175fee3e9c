import type { DeclaredEntry } from "@gateway/config";
import { native } from "./own-programs.ts";

/** A server that is known by its name: `just add NAME` declares it. */
export interface KnownServer {
  readonly name: string;
  /** Labels that are set before the domain where servers have host names, as the original project had them. */
  readonly aliases: readonly string[];
  /** One line on what it does. */
  readonly about: string;
  /** What must be on the machine, beside Node. The gateway's own images have it, but for what `lacking` says. */
  readonly needs?: string;
  /** What it needs and none of the gateway's images has: in Docker it needs an image of its own (`gateway.image`). */
  readonly lacking?: string;
  /** What one must know before others may use it. */
  readonly caution?: string;
  /** What gateway.json is given. */
  readonly entry: DeclaredEntry;
  /** The same where each user is to have what it keeps apart from the others; absent: it cannot be had so. */
  readonly perUser?: DeclaredEntry;
}

const npx = (...args: readonly string[]) => ({ command: "npx", args: ["-y", ...args] });
const uvx = (...args: readonly string[]) => ({ command: "uvx", args });
const numbered = (label: string) => [label, ...Array.from({ length: 10 }, (_, number) => `${label}${number}`)];

/**
 * The servers of the original project. Packages are not pinned: npx keeps what it fetched first, uvx asks for what is
 * newest, and who wants one version writes it (`just add mcp-time uvx mcp-server-time@2026.10.19`).
 */
export const catalogue: readonly KnownServer[] = [
  {
    name: "mcp-fetch",
    aliases: ["fetch"],
    about: "Fetches web pages as Markdown",
    needs: "uv",
    entry: uvx("mcp-server-fetch"),
  },
  {
    name: "mcp-fetchs",
    aliases: ["fetchs"],
    about: "Fetches from public addresses only: pages as Markdown, pictures, GET and POST; of the gateway itself",
    entry: native("mcp-fetchs"),
  },
  {
    name: "mcp-filesystem",
    aliases: ["filesystem"],
    about: "Reads and writes files below DATA_DIR/files, for all users the same",
    entry: npx("@modelcontextprotocol/server-filesystem", "${DATA_DIR}/files"),
  },
  {
    name: "mcp-memory",
    aliases: ["memory"],
    about: "Remembers facts in a knowledge graph, for all users the same",
    entry: {
      ...npx("@modelcontextprotocol/server-memory"),
      env: { MEMORY_FILE_PATH: "${DATA_DIR}/servers/mcp-memory/memory.json" },
    },
    perUser: {
      ...npx("@modelcontextprotocol/server-memory"),
      env: { MEMORY_FILE_PATH: "${DATA_DIR}/servers/mcp-memory/memory-${MCP_USER_ID}.json" },
      gateway: { userEnv: true },
    },
  },
  {
    name: "mcp-sequentialthinking",
    aliases: ["sequentialthinking"],
    about: "Helps to think step by step",
    entry: npx("@modelcontextprotocol/server-sequential-thinking"),
  },
  {
    name: "mcp-time",
    aliases: ["time"],
    about: "Tells the time, and converts between time zones",
    needs: "uv",
    entry: uvx("mcp-server-time"),
  },
  {
    name: "mcp-tmux",
    aliases: ["tmux"],
    about: "Drives tmux sessions of this machine, in Docker of its container",
    needs: "uv, tmux",
    caution: "Who may use it runs any command as you, in Docker in its container. Say who may: gateway.allow.",
    // It was written for the first version of the SDK, and does not say so.
    entry: uvx("--with", "mcp<2", "tmux-mcp"),
  },
  {
    name: "mcp-playwright",
    aliases: ["playwright"],
    about: "Drives a browser of its own for each session",
    needs: "a browser: npx @playwright/mcp install-browser chrome-for-testing",
    lacking: "a browser",
    caution: "The browser reaches every address that this machine reaches.",
    // Without --isolated all sessions would share one profile, and the second would find it in use.
    entry: npx("@playwright/mcp", "--headless", "--browser=chromium", "--isolated"),
  },
  {
    name: "mcp-everything",
    aliases: ["everything"],
    about: "Shows every part of MCP; speaks HTTP itself",
    entry: {
      ...npx("@modelcontextprotocol/server-everything", "streamableHttp"),
      env: { PORT: "${PORT}" },
      url: "http://127.0.0.1:${PORT}/mcp",
    },
  },
  {
    name: "mcp-everything-stdio",
    aliases: [],
    about: "The same behind the gateway's own proxy",
    entry: npx("@modelcontextprotocol/server-everything"),
  },
  {
    name: "mcp-echo-stateful",
    aliases: numbered("echo-stateful"),
    about: "Shows what reaches a server behind the gateway, and keeps sessions; of the gateway itself",
    entry: native("mcp-echo", "stateful"),
  },
  {
    name: "mcp-echo-stateless",
    aliases: numbered("echo-stateless"),
    about: "The same without sessions, in every revision of MCP; of the gateway itself",
    entry: native("mcp-echo", "stateless"),
  },
];

/** A server by its name, or by what stands after `mcp-` in it; undefined: none is known by it. */
export function findKnownServer(name: string): KnownServer | undefined {
  return [name, `mcp-${name}`].flatMap((each) => catalogue.find((known) => known.name === each) ?? [])[0];
}
