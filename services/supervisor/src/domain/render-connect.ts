import { clientEntry, renderClient } from "./client-kinds.ts";

/** How a person gets in: the page to sign in, and a line for each common client. */
export function renderConnect(options: {
  readonly url: string;
  readonly localLogin: boolean;
  /** The server the lines show; any other works the same way. */
  readonly example: { readonly name: string; readonly endpoint: string } | undefined;
}): string[] {
  return [
    `Sign in        ${options.url}/`,
    ...(options.localLogin ? localLoginNotice : []),
    ...(options.example ? ["", ...clientLines(options.example)] : []),
  ];
}

const localLoginNotice = [
  "               No GitHub app and no OpenID provider is configured, so this is the local sign-in page: anyone who",
  "               can reach this machine's loopback can sign in. docs/sign-in.md says how to set one up.",
];

function clientLines(server: { name: string; endpoint: string }): string[] {
  const cursor = { mcpServers: { [server.name]: clientEntry("cursor", server)?.entry } };
  return [
    "Connect a client (any server of the table works the same way):",
    `  Claude Code  ${renderClient("claude-code", server, undefined)[0]}`,
    `  VS Code      ${renderClient("vscode", server, undefined)[0]}`,
    `  Cursor       in ~/.cursor/mcp.json: ${JSON.stringify(cursor)}`,
    `  mcp-remote   ${renderClient("mcp-remote", server, undefined)[0]}`,
  ];
}
