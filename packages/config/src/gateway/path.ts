/** Writes a path into JSON as people write it: `mcpServers.mcp-time.args[0]`. */
export function renderPath(path: readonly PropertyKey[]): string {
  const text = path.map(renderStep).join("").replace(/^\./, "");
  return text === "" ? "the file" : text;
}

function renderStep(step: PropertyKey): string {
  if (typeof step === "number") return `[${step}]`;
  return /^[\w$-]+$/.test(String(step)) ? `.${String(step)}` : `[${JSON.stringify(String(step))}]`;
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}
