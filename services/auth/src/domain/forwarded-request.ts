import { accept, type Result, refuse } from "./result.ts";

/** The client's request, as the edge describes it to `/verify` (oauth-wire 13.1). */
export interface ForwardedRequest {
  readonly host: string;
  readonly method: string;
  /** Without the query, which has no say (a token in it is not read). */
  readonly path: string;
  /** Every Authorization header. */
  readonly authorization: readonly string[];
  readonly accept: string;
}

/**
 * Reads what was forwarded. Exact names with dashes, case apart, and exactly one of each: an edge that lets a
 * client's `X_Forwarded_Host` or a second copy through must not change what is checked (decision 35).
 * @param rawHeaders name, value, name, value, as node:http gives them
 */
export function checkForwardedRequest(
  rawHeaders: readonly string[],
): Result<ForwardedRequest, "not_forwarded" | "ambiguous_path"> {
  const values = collect(rawHeaders);
  const host = onlyOne(values["x-forwarded-host"]);
  const method = onlyOne(values["x-forwarded-method"]);
  const uri = onlyOne(values["x-forwarded-uri"]);
  if (host === undefined || method === undefined || uri === undefined) return refuse("not_forwarded");
  // A comma would be two values that something on the way folded into one.
  if (host.includes(",") || method.includes(",")) return refuse("not_forwarded");
  const path = uri.split("?", 1)[0] ?? "";
  if (isAmbiguous(path)) return refuse("ambiguous_path");
  return accept({ host, method, path, authorization: values.authorization, accept: values.accept.join(",") });
}

function collect(rawHeaders: readonly string[]) {
  const values = {
    "x-forwarded-host": [] as string[],
    "x-forwarded-method": [] as string[],
    "x-forwarded-uri": [] as string[],
    authorization: [] as string[],
    accept: [] as string[],
  };
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? "";
    if (Object.hasOwn(values, name)) values[name as keyof typeof values].push(rawHeaders[i + 1] ?? "");
  }
  return values;
}

function onlyOne([value, second]: readonly string[]): string | undefined {
  return value !== "" && second === undefined ? value : undefined;
}

// security.md 3: what an edge, a proxy and a server could read as different paths is nobody's path.
function isAmbiguous(path: string): boolean {
  return !path.startsWith("/") || /\/\/|\\|%2f|%5c|%2e|[^\x21-\x7e]|(^|\/)\.{1,2}(\/|$)/i.test(path);
}
