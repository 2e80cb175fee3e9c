/** Seconds: a document is never asked for more often, nor kept for longer unasked (oauth-wire 4.2.5). */
const shortest = 300;
const longest = 86_400;

/**
 * For how many seconds an answer is fresh (RFC 9111 4.2, 5.2.2), within our bounds.
 * @param headers of the answer, names in lower case
 * @param now seconds since the epoch
 */
export function freshnessLifetime(headers: Readonly<Record<string, string | undefined>>, now: number): number {
  return Math.min(longest, Math.max(shortest, statedLifetime(headers, now)));
}

function statedLifetime(headers: Readonly<Record<string, string | undefined>>, now: number): number {
  const directives = (headers["cache-control"] ?? "")
    .toLowerCase()
    .split(",")
    .map((text) => text.trim());
  if (directives.some((directive) => /^no-(?:store|cache)\b/.test(directive))) return 0;
  const maxAge = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)?.[1]).find(Boolean);
  const age = Number(/^\d{1,9}$/.exec(headers.age ?? "")?.[0] ?? 0);
  if (maxAge !== undefined) return Number(maxAge) - age;
  const expires = Date.parse(headers.expires ?? "");
  return Number.isNaN(expires) ? 0 : expires / 1_000 - now;
}
