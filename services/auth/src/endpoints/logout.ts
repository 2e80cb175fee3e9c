import type { RequestHandler } from "express";
import { endSession, identifyBrowser } from "../browser/browser.ts";
import { requireFormToken } from "../browser/form-token.ts";
import { readParameters } from "../domain/parameters.ts";
import type { Ports } from "../ports.ts";

/** Signs out of the pages here. Tokens that clients hold live on. */
export function logout(ports: Ports): RequestHandler {
  return async (req, res) => {
    const browser = await identifyBrowser(ports, req, res);
    requireFormToken(ports, browser, { form: "logout" }, { req, form: readParameters(req.body) });
    await endSession(ports, browser, res);
    res.redirect(303, "/");
  };
}
