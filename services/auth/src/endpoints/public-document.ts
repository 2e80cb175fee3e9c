import type { Request, RequestHandler, Response } from "express";

/**
 * Serves a public JSON document: no credential, any origin, five minutes in a cache (oauth-wire 11). Its preflight
 * too, since SDK clients send MCP-Protocol-Version on discovery.
 * @param find the document for a request; undefined: 404, never anything a client would stop at (oauth-wire 12)
 */
export function publicDocument(find: (req: Request) => unknown): RequestHandler {
  return (req, res) => {
    res.set({ "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff" });
    if (req.method === "OPTIONS") return preflight(res);
    if (req.method !== "GET" && req.method !== "HEAD") return methodNotAllowed(res);
    const document = find(req);
    if (document === undefined) return notFound(res);
    res.set("Cache-Control", "public, max-age=300").json(document);
  };
}

/** The host of a well-known request and what follows `/.well-known/<name>`, both as sent, without the query. */
export function wellKnownRequest({ headers, originalUrl }: Request): { host: string; suffix: string } {
  const path = originalUrl.split("?", 1)[0] ?? "";
  return { host: headers.host ?? "", suffix: path.replace(/^\/\.well-known\/[^/]*/, "") };
}

function preflight(res: Response): void {
  res.set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
  res.set("Access-Control-Allow-Headers", "MCP-Protocol-Version, Authorization, Content-Type, Accept");
  res.set("Access-Control-Max-Age", "7200").status(204).end();
}

function methodNotAllowed(res: Response): void {
  const methods = "GET, HEAD, OPTIONS";
  res
    .set("Allow", methods)
    .status(405)
    .json({ error: "method_not_allowed", error_description: `Use ${methods}.` });
}

function notFound(res: Response): void {
  res.status(404).json({ error: "not_found", error_description: "There is no such document on this host" });
}
