import type { HttpServer, ImageProgram, Program, ServerDefinition, StdioServer } from "./gateway-config.ts";

/** What the supervisor chose for one server. */
export interface PlaceholderValues {
  /** A free loopback port, for a server that has one. */
  readonly port?: number;
  /** The gateway's data folder. */
  readonly dataDir: string;
}

/** Puts the chosen port and folder in the place of `${PORT}` and `${DATA_DIR}`: in argv, env, cwd and url. */
export function fillPlaceholders(server: StdioServer, values: PlaceholderValues): StdioServer;
export function fillPlaceholders(server: HttpServer, values: PlaceholderValues): HttpServer;
export function fillPlaceholders(server: ServerDefinition, values: PlaceholderValues): ServerDefinition;
export function fillPlaceholders(server: ServerDefinition, values: PlaceholderValues): ServerDefinition {
  const fill = (text: string) => fillText(text, values);
  if (server.kind === "stdio") return { ...server, ...fillProgram(server, fill) };
  const run = server.run === undefined ? {} : { run: fillProgram(server.run, fill) };
  const { container: declared } = server;
  const container = declared === undefined ? {} : { container: fillImageProgram(declared, fill) };
  return { ...server, url: fill(server.url), ...run, ...container };
}

/** `${PORT}` stays where no port was chosen. */
export function fillText(text: string, { port, dataDir }: PlaceholderValues): string {
  const filled = text.replaceAll("${DATA_DIR}", () => dataDir);
  return port === undefined ? filled : filled.replaceAll("${PORT}", String(port));
}

function fillProgram(
  { command: [program, ...args], env, cwd, usesVariables }: Program,
  fill: (text: string) => string,
): Program {
  return {
    ...(usesVariables ? { usesVariables } : {}),
    command: [fill(program), ...args.map(fill)],
    env: fillValues(env, fill),
    ...(cwd === undefined ? {} : { cwd: fill(cwd) }),
  };
}

function fillImageProgram(container: ImageProgram, fill: (text: string) => string): ImageProgram {
  const { image, command, env } = container;
  if (command === undefined) return { ...container, env: fillValues(env, fill) };
  return { image, ...fillProgram({ ...container, command }, fill) };
}

function fillValues(values: Readonly<Record<string, string>>, fill: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value)]));
}
