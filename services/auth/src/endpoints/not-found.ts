import type { RequestHandler } from "express";
import { prefersHtml } from "../domain/accept-header.ts";
import { OAuthError } from "../errors.ts";
import { pageHeaders } from "../page-headers.ts";
import { renderNotFound } from "../pages/not-found.ts";
import type { Ports } from "../ports.ts";

/** What no endpoint answers: a page for a browser, JSON for everything else. */
export function notFound({ config }: Pick<Ports, "config">): RequestHandler[] {
  return [
    (req, res, next) => {
      res.vary("Accept");
      next(prefersHtml(req.headers.accept ?? "") ? undefined : new OAuthError("not_found", nothing));
    },
    ...pageHeaders(config.issuer),
    (_req, res) => {
      res.status(404).type("html").send(renderNotFound());
    },
  ];
}

const nothing = "There is nothing at this address.";
