import type { RequestHandler } from "express";

/**
 * CORS of the endpoints that clients call with what they hold themselves (oauth-wire 11): any origin, no credentials,
 * since a cookie is never taken for authentication there. Answers the preflight.
 * @param methods what the endpoint knows, as in `Allow`
 */
export function openCors(methods: string): RequestHandler {
  return (req, res, next) => {
    res.set({ "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "WWW-Authenticate, Retry-After" });
    if (req.method !== "OPTIONS") return next();
    res.set({
      "Access-Control-Allow-Methods": methods,
      "Access-Control-Allow-Headers": "MCP-Protocol-Version, Authorization, Content-Type, Accept",
      "Access-Control-Max-Age": "7200",
    });
    res.status(204).end();
  };
}
