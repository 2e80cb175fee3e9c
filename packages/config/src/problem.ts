/** One mistake in the configuration: what it is about, what was found there, and what is allowed. */
export interface Problem {
  /** A variable's name, or a path in gateway.json (`mcpServers.mcp-time.args[0]`). */
  readonly at: string;
  /** The value as written; absent when nothing was there. Never a secret. */
  readonly found?: string;
  /** What would have been right, and how to get there. */
  readonly allowed: string;
}

/** The configuration cannot be used. The message holds every problem, one a line, so that one reading mends all. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  /** @param source what was read: a file's path, or "environment" */
  constructor(source: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${source}: ${count}\n${problems.map((problem) => `  ${renderProblem(problem)}`).join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

function renderProblem({ at, found, allowed }: Problem): string {
  return `${at}: ${found === undefined ? "is missing" : `found ${found}`}; allowed: ${allowed}`;
}

const longestExcerpt = 80;

/** A value for a message: as JSON, so that control characters cannot write to a terminal, and cut when long. */
export function renderFound(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}…` : text;
}
