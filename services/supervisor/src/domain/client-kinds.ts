/** The MCP clients whose configuration is known here, and how each is told of a server. */
export const clientKinds = [
  "claude-code",
  "vscode",
  "cursor",
  "kiro",
  "codex",
  "gemini",
  "claude-desktop",
  "mcp-remote",
] as const;
export type ClientKind = (typeof clientKinds)[number];

/** A server as clients know it. */
export interface ConnectableServer {
  readonly name: string;
  readonly endpoint: string;
}

/** What a client's configuration file says of a server. */
export interface ClientEntry {
  /** The key that holds the servers. */
  readonly root: "mcpServers" | "servers";
  readonly entry: Readonly<Record<string, unknown>>;
}

/** What stands in a client's file; undefined for a client that has none, or whose own command writes it. */
export function clientEntry(kind: ClientKind, { endpoint }: ConnectableServer): ClientEntry | undefined {
  switch (kind) {
    case "claude-code":
      return { root: "mcpServers", entry: { type: "http", url: endpoint } };
    case "vscode":
      return { root: "servers", entry: { type: "http", url: endpoint } };
    case "cursor":
    case "kiro":
      return { root: "mcpServers", entry: { url: endpoint } };
    case "claude-desktop":
      return { root: "mcpServers", entry: { command: "npx", args: ["-y", "mcp-remote", endpoint] } };
    case "codex":
    case "gemini":
    case "mcp-remote":
      return undefined;
  }
}

/** What a person types or pastes; `file` is the client's own. */
export function renderClient(kind: ClientKind, server: ConnectableServer, file: string | undefined): string[] {
  const { name, endpoint } = server;
  const declared = clientEntry(kind, server);
  switch (kind) {
    case "claude-code":
      return [`claude mcp add --transport http ${name} ${endpoint}`];
    case "vscode":
      return [`code --add-mcp '${JSON.stringify({ name, ...declared?.entry })}'`];
    case "codex":
      return [`codex mcp add ${name} --url ${endpoint} && codex mcp login ${name}`];
    case "gemini":
      return [`gemini mcp add --scope user --transport http ${name} ${endpoint}`];
    case "mcp-remote":
      return [`npx -y mcp-remote ${endpoint}`];
    default:
      return [
        `In ${file}:`,
        JSON.stringify({ [declared?.root ?? ""]: { [name]: declared?.entry } }, undefined, 2),
        `Written there by: just connect ${kind} ${name} --write`,
      ];
  }
}

/** Where a client keeps its own configuration, below the home folder, on Linux and macOS; undefined where it is not written from here. */
export function clientFile(kind: ClientKind, isMac: boolean): string | undefined {
  const applications = isMac ? "Library/Application Support" : ".config";
  switch (kind) {
    case "claude-code":
      return ".claude.json";
    case "vscode":
      return `${applications}/Code/User/mcp.json`;
    case "cursor":
      return ".cursor/mcp.json";
    case "kiro":
      return ".kiro/settings/mcp.json";
    case "claude-desktop":
      return `${applications}/Claude/claude_desktop_config.json`;
    case "codex":
    case "gemini":
    case "mcp-remote":
      return undefined;
  }
}
