import type { RequestHandler } from "express";
import { findLogoAt } from "../client-logo.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";

/**
 * A client's logo, served as ours (oauth-wire 4.2.8). The bytes are a stranger's, so whatever a browser makes of them must
 * have no rights: a fixed type that is not guessed at, a sandbox where it is opened as a page, no use by other sites.
 */
export function clientLogo(ports: Ports): RequestHandler<{ sealed: string }> {
  return async (req, res) => {
    const logo = await findLogoAt(ports, req.params.sealed);
    if (logo === undefined) throw new OAuthError("not_found", "There is no such logo.");
    res.set({
      "Cache-Control": "private, max-age=300",
      "Content-Security-Policy": "default-src 'none'; sandbox",
      "Cross-Origin-Resource-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
    });
    res.type(logo.mediaType).send(logo.bytes);
  };
}
