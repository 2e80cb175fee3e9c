import type { Request, Response } from "express";

/** The two cookies of the pages: which browser it is, and who is signed in there. */
export type CookieName = "gateway-browser" | "gateway-session";

/**
 * Reads a cookie of ours. Two of one name are none: a neighbour on the same site may have planted one.
 * @param issuer decides the name, see `wireName`
 */
export function readCookie(req: Request, issuer: string, name: CookieName): string | undefined {
  const prefix = `${wireName(issuer, name)}=`;
  const pairs = (req.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

/** Sets a cookie until the browser ends, or (without a value) removes it. `Lax`, so that it comes along from GitHub. */
export function writeCookie(res: Response, issuer: string, name: CookieName, value: string | undefined): void {
  const attributes = { httpOnly: true, sameSite: "lax", secure: isHttps(issuer), path: "/" } as const;
  if (value === undefined) res.clearCookie(wireName(issuer, name), attributes);
  else res.cookie(wireName(issuer, name), value, attributes);
}

// `__Host-` keeps neighbours on sibling hosts from planting it; on http loopback browsers refuse the prefix.
function wireName(issuer: string, name: CookieName): string {
  return isHttps(issuer) ? `__Host-${name}` : name;
}

function isHttps(issuer: string): boolean {
  return issuer.startsWith("https:");
}
