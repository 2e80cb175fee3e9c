/** What a gateway.json is read with. */
export interface GatewayContext {
  /** The file's path: for messages, and for the relative paths in it. */
  readonly file: string;
  /** For `${env:X}`, MCP_<NAME>_ENABLED and the session limits' defaults. */
  readonly env: NodeJS.ProcessEnv;
  /** First path segments that are the gateway's own. */
  readonly reservedNames: ReadonlySet<string>;
  /** Reads an `envFile`; throws as `fs.readFileSync` does. */
  readonly readFile: (path: string) => string;
}
