const runners = new Set(["npx", "uvx", "bunx", "pnpx"]);
/** Options that take the next argument as their value. */
const withValue = new Set(["-p", "--package", "--from", "--with", "--python", "-c", "--call", "-w", "--workspace"]);

/**
 * What two servers must not fetch at the same time: the package that a runner such as npx or uvx installs on first
 * use (npx's cache breaks when two fill it). Servers of different keys may start together.
 */
export function fetchKey(server: { readonly name: string; readonly command: readonly string[] }): string {
  const [program = "", ...args] = server.command;
  return isPackageRunner(program) ? `${nameOf(program)} ${packageOf(args) ?? ""}` : server.name;
}

/** Whether a program fetches what it runs. */
export function isPackageRunner(program: string): boolean {
  return runners.has(nameOf(program));
}

function nameOf(program: string): string {
  return program.split("/").at(-1) ?? program;
}

function packageOf(args: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] as string;
    if (["-p", "--package", "--from"].includes(arg)) return args[i + 1];
    if (withValue.has(arg)) i += 1;
    else if (!arg.startsWith("-")) return arg;
  }
  return undefined;
}
