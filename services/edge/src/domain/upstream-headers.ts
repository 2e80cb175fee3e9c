import { mustNotPass } from "@gateway/forward-auth";

/** Header values by lower-case name; several lines of one name stay several. */
export type HeaderLines = Record<string, string | string[]>;

// RFC 9110 7.6.1. Upgrade too: there is nothing to upgrade to.
const hopByHop = new Set([
  ...["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization"],
  ...["te", "trailer", "transfer-encoding", "upgrade"],
]);

// Without these a body's end would be read differently behind us: a Connection header cannot name them away.
const framing = new Set(["host", "content-length"]);

/** What a client could pass off as an edge's word about itself, in any spelling (security.md 2, 3). */
const hopClaim = /^(x[^a-z0-9]+(forwarded|real-ip|original|rewrite)\b|forwarded$)/;

/** The headers that end at the next hop: the fixed ones and those that Connection names. */
export function isHopByHop(rawHeaders: readonly string[]): (name: string) => boolean {
  const named = new Set(
    linesOf(rawHeaders)
      .filter(([name]) => name === "connection")
      .flatMap(([, value]) => value.toLowerCase().split(",")),
  );
  const trimmed = new Set([...named].map((name) => name.trim()).filter((name) => !framing.has(name)));
  return (name) => hopByHop.has(name) || trimmed.has(name);
}

/** Pairs of lower-case name and value. */
export function linesOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    lines.push([(rawHeaders[i] as string).toLowerCase(), rawHeaders[i + 1] as string]);
  }
  return lines;
}

/** What of a client's headers goes on to any service: nothing about the hop, no claim about an edge before us. */
export function endToEndHeaders(rawHeaders: readonly string[]): HeaderLines {
  const isHop = isHopByHop(rawHeaders);
  // Expect is answered here (Node sends 100 Continue by itself).
  const kept = linesOf(rawHeaders).filter(([name]) => !isHop(name) && !isHopClaim(name) && name !== "expect");
  const chunked = linesOf(rawHeaders).some(([name]) => name === "transfer-encoding");
  // Kept in our own words: without it Node would send the body of a GET unframed, a second request to who reads it.
  return { ...collect(kept), ...(chunked ? { "transfer-encoding": "chunked" } : {}) };
}

function isHopClaim(name: string): boolean {
  return hopClaim.test(name.replaceAll("_", "-"));
}

/** Takes out what identifies a user, in every spelling, and puts in what `/verify` said (oauth-wire 13.2). */
export function withIdentity(headers: HeaderLines, identity: HeaderLines): HeaderLines {
  return { ...Object.fromEntries(Object.entries(headers).filter(([name]) => !mustNotPass(name))), ...identity };
}

/** Sets headers; an empty value removes one, as Traefik's customRequestHeaders does. */
export function withHeaders(headers: HeaderLines, set: Readonly<Record<string, string>>): HeaderLines {
  const lowered = new Map(Object.entries(set).map(([name, value]) => [name.toLowerCase(), value]));
  const kept = Object.entries(headers).filter(([name]) => !lowered.has(name));
  return Object.fromEntries([...kept, ...[...lowered].filter(([, value]) => value !== "")]);
}

function collect(lines: readonly [string, string][]): HeaderLines {
  // A Map: a header may be called `constructor` or `__proto__`, which every plain object has already.
  const headers = new Map<string, string | string[]>();
  for (const [name, value] of lines) {
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(headers);
}
