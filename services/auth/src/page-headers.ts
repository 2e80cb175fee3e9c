import type { RequestHandler } from "express";
import helmet from "helmet";
import { readByPerson } from "./errors.ts";

/**
 * Headers of every page (decision 25, oauth-wire 5): no script, no frame, no cache, no referrer. Two are left out on
 * purpose. `form-action` would also block the redirect to the client after the consent form. A
 * `Cross-Origin-Opener-Policy` would cut a client that opened us in a pop-up off from its own callback page.
 */
export function pageHeaders(issuer: string): RequestHandler[] {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: false,
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: issuer.startsWith("https:"),
  });
  return [
    protect,
    (_req, res, next) => {
      readByPerson(res);
      res.set("Cache-Control", "no-store");
      next();
    },
  ];
}
