import type { Request, Response } from "express";

/** The two cookies of the pages: which browser it is, and who is signed in there. */
export type CookieName = "gateway-browser" | "gateway-session";

/**
 * Reads a cookie of ours. Two of one name are none: a neighbour on the same site may have planted one.
 * @param issuer decides the name, see `cookieNameOn`
 */
export function readCookie(req: Request, issuer: string, name: CookieName): string | undefined {
  const prefix = `${cookieNameOn(issuer, name)}=`;
  const pairs = (req.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

/** Sets a cookie until the browser ends, or (without a value) removes it. `Lax`, so that it comes along from GitHub. */
export function writeCookie(res: Response, issuer: string, name: CookieName, value: string | undefined): void {
  const attributes = { httpOnly: true, sameSite: "lax", secure: isHttps(issuer), path: "/" } as const;
  if (value === undefined) res.clearCookie(cookieNameOn(issuer, name), attributes);
  else res.cookie(cookieNameOn(issuer, name), value, attributes);
}

/** What a cookie is called at this issuer. `__Host-` keeps neighbours on sibling hosts from planting it; on http loopback browsers refuse the prefix. */
export function cookieNameOn(issuer: string, name: CookieName): string {
  return isHttps(issuer) ? `__Host-${name}` : name;
}

function isHttps(issuer: string): boolean {
  return issuer.startsWith("https:");
}
