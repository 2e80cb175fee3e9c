/** A request as the routing rules see it. Host and path are taken from one place and read once (security.md 3). */
export interface RequestLine {
  readonly method: string;
  /** The Host header as the client wrote it. */
  readonly authority: string;
  /** Host name alone: lower case, no port, no trailing dot. */
  readonly host: string;
  /** The path, still percent-encoded. */
  readonly path: string;
  /** `?…` or nothing. */
  readonly query: string;
}

/** Why a request is not routed at all. Each could be read in two ways by two programs. */
export type Ambiguity = "host_not_single" | "authorization_not_single" | "host_differs_from_target" | "path_not_plain";

/**
 * Reads host and path out of a request, or says what is ambiguous about it.
 * @param rawHeaders names and values in turn, as Node gives them: joined headers would hide a second one
 */
export function checkRequestLine(
  method: string,
  target: string,
  rawHeaders: readonly string[],
): RequestLine | { readonly ambiguity: Ambiguity } {
  const hosts = headerValues(rawHeaders, "host");
  const [authority] = hosts;
  if (authority === undefined || hosts.length > 1) return { ambiguity: "host_not_single" };
  if (headerValues(rawHeaders, "authorization").length > 1) return { ambiguity: "authorization_not_single" };
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  // RFC 9112 3.2.2: the absolute form's host replaces Host; we let nobody rely on which one wins.
  if (absolute && absolute[1]?.toLowerCase() !== authority.toLowerCase()) {
    return { ambiguity: "host_differs_from_target" };
  }
  const [path, query] = splitQuery(absolute ? absolute[2] || "/" : target);
  if (!isPlainPath(path)) return { ambiguity: "path_not_plain" };
  return { method, authority, host: hostNameOf(authority), path, query };
}

/** All values of a header, in order. */
function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

function splitQuery(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
}

/** No empty, `.` or `..` segment, no separator in disguise, nothing outside visible ASCII. */
function isPlainPath(path: string): boolean {
  if (!/^\/[\x21-\x7e]*$/.test(path) || /\/\/|\\|#|%2f|%5c/i.test(path)) return false;
  return path.split("/").every((segment) => !/^\.{1,2}$/.test(segment.replace(/%2e/gi, ".")));
}

function hostNameOf(authority: string): string {
  return authority.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}
