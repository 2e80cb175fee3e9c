/** The parameters of an OAuth request, from a query or a form. */
export interface Parameters {
  /** The one value of a parameter; an empty one counts as absent (RFC 6749 3.1). */
  get(name: string): string | undefined;
  /** Every `resource`, the only parameter that may be given several times (RFC 8707 2). */
  readonly resources: readonly string[];
  /** Names that were given more than once: `invalid_request` (RFC 6749 3.1, 3.2). */
  readonly repeated: readonly string[];
}

/** Reads what the query or form parser gave: a text a name, or a list of them. Anything else is as if absent. */
export function readParameters(parsed: unknown): Parameters {
  const entries = Object.entries(typeof parsed === "object" && parsed !== null ? parsed : {});
  const single = new Map(entries.filter(([, value]) => typeof value === "string" && value !== ""));
  const repeated = entries.filter(([name, value]) => Array.isArray(value) && name !== "resource");
  const resources = entries.filter(([name]) => name === "resource").flatMap(([, value]) => value as unknown);
  return {
    get: (name) => single.get(name) as string | undefined,
    resources: resources.filter((value): value is string => typeof value === "string" && value !== ""),
    repeated: repeated.map(([name]) => name),
  };
}
