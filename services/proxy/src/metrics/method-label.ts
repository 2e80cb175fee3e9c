/** The client's requests of both wires (mcp-wire.md §1.5, §2.4). */
const known: ReadonlySet<string> = new Set([
  ...["initialize", "logging/setLevel", "completion/complete", "prompts/list", "prompts/get"],
  ...["resources/list", "resources/templates/list", "resources/read", "resources/subscribe", "resources/unsubscribe"],
  ...["tools/list", "tools/call", "tasks/get", "tasks/result", "tasks/list", "tasks/cancel"],
  ...["server/discover", "subscriptions/listen"],
]);

/** A method as metrics name it: clients choose methods, and each further one would be a time series for ever. Pure. */
export function methodLabel(method: string): string {
  return known.has(method) ? method : "other";
}
