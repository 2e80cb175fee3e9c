import type { Session } from "../sessions.ts";

/** What a tool may look at. */
export interface ToolContext {
  /** Of the HTTP request that calls it. */
  readonly headers: Headers;
  /** When the server began to serve that request: milliseconds of the clock. */
  readonly beganAt: number;
  readonly clock: () => number;
  readonly environment: NodeJS.ProcessEnv;
  /** Only of a stateful server. */
  readonly session?: Session;
  readonly openSessions?: () => number;
}

/** A diagnostic tool: gives text as it is, or data that is shown as JSON. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Its one argument, if it has one. */
  readonly argument?: { readonly name: string; readonly description: string };
  run(context: ToolContext, argument: string): unknown;
}
