import type { DeclaredEntry } from "@gateway/config";

/**
 * Our own MCP servers, each the service of its name. gateway.json calls one by this name alone, as a command: where its
 * program is differs between local mode and Docker.
 */
const ownPrograms = ["mcp-echo", "mcp-fetchs"] as const;
export type OwnProgram = (typeof ownPrograms)[number];

/** Which of them a command's first word starts. */
export function ownProgramOf(program: string): OwnProgram | undefined {
  return ownPrograms.find((own) => own === program);
}

/** What declares one: it speaks HTTP itself, on a port that is chosen for it. */
export function native(program: OwnProgram, ...args: readonly string[]): DeclaredEntry {
  const given = args.length === 0 ? {} : { args };
  return { command: program, ...given, env: { PORT: "${PORT}" }, url: "http://127.0.0.1:${PORT}/mcp" };
}
