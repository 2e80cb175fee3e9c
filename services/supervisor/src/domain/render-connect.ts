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

function clientLines({ name, endpoint }: { name: string; endpoint: string }): string[] {
  const vsCode = JSON.stringify({ name, type: "http", url: endpoint });
  const cursor = JSON.stringify({ mcpServers: { [name]: { url: endpoint } } });
  return [
    "Connect a client (any server of the table works the same way):",
    `  Claude Code  claude mcp add --transport http ${name} ${endpoint}`,
    `  VS Code      code --add-mcp '${vsCode}'`,
    `  Cursor       in ~/.cursor/mcp.json: ${cursor}`,
    `  mcp-remote   npx -y mcp-remote ${endpoint}`,
  ];
}
