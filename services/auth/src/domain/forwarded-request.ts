import { accept, type Result, refuse } from "./result.ts";

/** The client's request, as the edge describes it to `/verify` (oauth-wire 13.1). */
export interface ForwardedRequest {
  readonly host: string;
  readonly method: string;
  /** Without the query, which has no say. */
  readonly path: string;
  /** Whether the query holds a token (RFC 6750 2.3), which is not read. */
  readonly hasQueryToken: boolean;
  /** Every Authorization header. */
  readonly authorization: readonly string[];
  /** Every Accept header. */
  readonly accept: readonly string[];
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
  const path = withoutQuery(uri);
  if (isAmbiguous(path)) return refuse("ambiguous_path");
  const hasQueryToken = uri.length > path.length && /[?&]access_token=/.test(uri);
  return accept({ host, method, path, hasQueryToken, authorization: values.authorization, accept: values.accept });
}

const names = ["x-forwarded-host", "x-forwarded-method", "x-forwarded-uri", "authorization", "accept"] as const;
/** As Traefik and Go write it, which is compared first. */
const usual = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
/** No two are of one length, so that most headers are passed over without a look at their letters. */
const nameOfLength = new Map(names.map((name) => [name.length, { name, usual: usual(name) }]));

const none: readonly string[] = [];

function collect(rawHeaders: readonly string[]) {
  const values: Record<(typeof names)[number], readonly string[]> = {
    "x-forwarded-host": none,
    "x-forwarded-method": none,
    "x-forwarded-uri": none,
    authorization: none,
    accept: none,
  };
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const sent = rawHeaders[i] as string;
    const known = nameOfLength.get(sent.length);
    if (known === undefined || (sent !== known.usual && sent.toLowerCase() !== known.name)) continue;
    const value = rawHeaders[i + 1] as string;
    // Nearly always one: a list that grows takes room for seventeen at once.
    values[known.name] = values[known.name] === none ? [value] : [...values[known.name], value];
  }
  return values;
}

function onlyOne(values: readonly string[]): string | undefined {
  return values.length === 1 && values[0] !== "" ? values[0] : undefined;
}

function withoutQuery(uri: string): string {
  const query = uri.indexOf("?");
  return query < 0 ? uri : uri.slice(0, query);
}

// security.md 3: what an edge, a proxy and a server could read as different paths is nobody's path.
function isAmbiguous(path: string): boolean {
  return !path.startsWith("/") || /\/\/|\\|%2f|%5c|%2e|[^\x21-\x7e]|(^|\/)\.{1,2}(\/|$)/i.test(path);
}
