/** One request of a fetch. Header names are in lower case. */
export interface Hop {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Redirects that one fetch follows. */
export const mostRedirects = 5;

/** Whether a status leads elsewhere by its Location (RFC 9110 15.4). */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** What the host of another origin is told as well: nothing of it was meant for one host. */
const forEveryone = new Set(["accept", "accept-language", "user-agent"]);

/**
 * The request that a redirect leads to (RFC 9110 15.4): only 307 and 308 keep a POST. What was given for one origin
 * (Authorization, Cookie, keys of any name) is not told to another.
 */
export function nextHop({ url: from, method, headers, body }: Hop, status: number, url: URL): Hop {
  const keepsBody = body !== undefined && (status === 307 || status === 308);
  const isSameOrigin = from.origin === url.origin;
  const isAbout = (name: string) => name.startsWith("content-");
  const kept = Object.entries(headers).filter(([name]) =>
    isAbout(name) ? keepsBody : isSameOrigin || forEveryone.has(name),
  );
  return {
    url,
    method: status === 307 || status === 308 ? method : "GET",
    headers: Object.fromEntries(kept),
    ...(keepsBody ? { body } : {}),
  };
}
