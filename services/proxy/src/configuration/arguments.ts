/** What the command line of the proxy itself says. */
export interface Arguments {
  /** Values that flags give; they win over the environment's. */
  readonly env: Readonly<Record<string, string>>;
  /** The MCP server's program and arguments, exactly as given. */
  readonly command: readonly string[];
  readonly help: boolean;
}

const flags: Readonly<Record<string, string>> = {
  "--host": "HOST",
  "--port": "PORT",
  "--timeout": "SESSION_TIMEOUT",
  "--log-level": "LOG_LEVEL",
};

/** What `--help` prints. */
export const usage = `usage: main.js [--host ADDRESS] [--port PORT] [--timeout SECONDS] [--log-level LEVEL] [--] COMMAND [ARGUMENT…]

Serves the stdio MCP server COMMAND over Streamable HTTP at /mcp.
  --host       address to listen on (HOST, 127.0.0.1)
  --port       port to listen on (PORT, 3000)
  --timeout    idle seconds after which a session ends (SESSION_TIMEOUT, 3600)
  --log-level  error, warn, info or debug (LOG_LEVEL, info)
Without COMMAND, SERVER_COMMAND is used. ALLOW_ANONYMOUS=1 serves requests without an identity.`;

/** The proxy was called with a flag it does not know, or without a flag's value. */
export class UsageError extends Error {}

/**
 * Reads the proxy's own flags; the first other word, or `--`, begins the MCP server's command.
 * @param argv without the program's own name
 * @throws {UsageError}
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const env: Record<string, string> = {};
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] as string;
    if (word === "--") return { env, command: argv.slice(at + 1), help: false };
    if (word === "--help" || word === "-h") return { env, command: [], help: true };
    if (!word.startsWith("-")) return { env, command: argv.slice(at), help: false };
    const [flag = word, inline] = word.split(/=(.*)/s, 2);
    const name = flags[flag];
    if (name === undefined) throw new UsageError(`unknown flag ${flag}; flags of the MCP server go after --`);
    const value = inline ?? argv[++at];
    if (value === undefined) throw new UsageError(`${flag} needs a value`);
    env[name] = value;
  }
  return { env, command: [], help: false };
}
