/** What every client of these tests is asked to do, in whichever way it does it. */
export interface Connected extends AsyncDisposable {
  /** Names of the server's tools. */
  listTools(): Promise<string[]>;
  /** The text of a tool's answer. */
  callTool(name: string, args: Record<string, unknown>): Promise<string>;
}

/** The text blocks of a tools/call result. */
export function textOf(result: unknown): string {
  const { content } = result as { content: { type: string; text?: string }[] };
  return content.map(({ text = "" }) => text).join("\n");
}
