import { isLoopbackName } from "@gateway/config/auth";
import type { RequestHandler } from "express";
import { isHostOf } from "../domain/public-hosts.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";

/**
 * Refuses requests for a name that is not the issuer's. A page elsewhere may make its own name mean 127.0.0.1 (DNS
 * rebinding; security.md 22) and would then read and post our sign-in and consent forms as its own. A name of this
 * machine itself cannot be taken so.
 */
export function knownHost({ config }: Pick<Ports, "config">): RequestHandler {
  return (req, _res, next) => {
    const { host = "" } = req.headers;
    if (isHostOf(config.issuer, host) || isLoopbackName(host.replace(/:\d+$/, ""))) return next();
    throw new OAuthError("not_found", "There is nothing at this address.");
  };
}
