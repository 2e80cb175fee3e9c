import type { RequestHandler } from "express";
import { readParameters } from "../domain/parameters.ts";
import { pageError } from "../errors.ts";

const explanations: ReadonlyMap<string, string> = new Map([
  ["access_denied", "Access was denied, by you or by the operator's list of users."],
  ["temporarily_unavailable", "The gateway could not do it just now."],
  ["server_error", "The gateway failed; the reason is in its log."],
]);

/** Explains an error code that an application shows by sending the browser here. `error_description` is not repeated: anybody can write a link. */
export function errorPage(): RequestHandler {
  return (req) => {
    const explanation = explanations.get(readParameters(req.query).get("error") ?? "");
    throw pageError(
      "invalid_request",
      explanation ?? "The sign-in did not work.",
      "Go back to your application and connect again.",
    );
  };
}
