/** What to do about a program that many MCP servers are started with. */
const hints: Readonly<Record<string, string>> = {
  npx: "needs npx: install Node.js (https://nodejs.org)",
  node: "needs node: install Node.js (https://nodejs.org)",
  uvx: "needs uvx: install uv (https://docs.astral.sh/uv/getting-started/installation/)",
  uv: "needs uv: install uv (https://docs.astral.sh/uv/getting-started/installation/)",
  docker: "needs docker: install Docker (https://docs.docker.com/get-started/get-docker/)",
  python: "needs python: install Python 3 (https://www.python.org/downloads/)",
  python3: "needs python3: install Python 3 (https://www.python.org/downloads/)",
};

/** The command names no program that can be found. `hint` says what the person can do. */
export class CommandNotFound extends Error {
  readonly code = "COMMAND_NOT_FOUND";
  readonly command: string;
  readonly hint: string;

  constructor(command: string) {
    const hint = hints[command] ?? hintOn(command);
    super(`command not found: ${command} (${hint})`);
    this.name = "CommandNotFound";
    this.command = command;
    this.hint = hint;
  }
}

function hintOn(command: string): string {
  // No shell splits it.
  if (/^[\w.-]+\s/.test(command)) return `"${command}" is taken as one program's name: its arguments go into "args"`;
  return `check the spelling of "${command}", or give its full path`;
}

/** The program was found and could not be started, or its working directory cannot be entered. */
export class CannotStart extends Error {
  readonly code = "CANNOT_START";

  constructor(command: string, why: string, cause?: unknown) {
    super(`cannot start ${command}: ${why}`, { cause });
    this.name = "CannotStart";
  }
}
