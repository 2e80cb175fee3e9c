import type { RequestHandler } from "express";
import { readParameters } from "../domain/parameters.ts";
import { pageError } from "../errors.ts";
import { renderSuccess } from "../pages/success.ts";

/** Shows the code of a client that has no address of its own (decision 24). */
export function success(): RequestHandler {
  return (req, res) => {
    const parameters = readParameters(req.query);
    const code = parameters.get("code");
    if (parameters.get("error") !== undefined) {
      throw pageError("access_denied", "The application was not given access.", "Go back to it and try again.");
    }
    // Only what can be a code: a link must not put words on a page of ours.
    if (code === undefined || !/^[A-Za-z0-9_-]{20,128}$/.test(code)) {
      throw pageError("invalid_request", "There is no code here.", "Go back to your application and connect again.");
    }
    res.type("html").send(renderSuccess(code));
  };
}
