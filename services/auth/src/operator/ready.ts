import type { RequestHandler } from "express";
import { withinDeadline } from "../deadline.ts";
import type { Ports } from "../ports.ts";

/** Milliseconds. */
const patience = 1_000;

/** `GET /ready`: whether clients can be served now, and if not, what is missing. That the process lives is `/health`. */
export function ready({ store, keys }: Pick<Ports, "store" | "keys">): RequestHandler {
  return async (_req, res) => {
    const missing = [...((await doesAnswer(store)) ? [] : ["store"]), ...(hasSigningKey(keys) ? [] : ["signing key"])];
    res.set("Cache-Control", "no-store");
    if (missing.length === 0) return void res.json({ status: "ready" });
    res.status(503).set("Retry-After", "5").json({ status: "not ready", missing });
  };
}

/** Asked for a client that cannot be: a look that costs next to nothing. */
function doesAnswer({ clients }: Ports["store"]): Promise<boolean> {
  return withinDeadline(clients.find("ready"), patience).then(
    () => true,
    () => false,
  );
}

function hasSigningKey(keys: Ports["keys"]): boolean {
  try {
    return keys.current() !== undefined;
  } catch {
    return false; // StoreUnavailable: it has not been read yet
  }
}
