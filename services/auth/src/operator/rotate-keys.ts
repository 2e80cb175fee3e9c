import type { RotatedKeys, RotationKind } from "@gateway/operator-api";
import type { RequestHandler } from "express";
import { oneOf } from "./listing.ts";
import { OperatorError } from "./operator-error.ts";

const kinds: readonly RotationKind[] = ["planned", "now", "compromised"];

/** `POST /keys/rotate?kind=`. Without `rotate` the key is given by configuration, and changed there. */
export function rotateKeys(rotate: ((kind: RotationKind) => Promise<RotatedKeys>) | undefined): RequestHandler {
  return async (req, res) => {
    const kind = oneOf(kinds, "kind", req);
    if (rotate === undefined) {
      throw new OperatorError(409, "The signing key is given by JWT_PRIVATE_KEY_B64: change it there and start again.");
    }
    res.json(await rotate(kind));
  };
}
