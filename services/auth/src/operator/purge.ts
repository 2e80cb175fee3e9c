import type { PurgeAnswer } from "@gateway/operator-api";
import type { RequestHandler } from "express";
import type { Ports } from "../ports.ts";
import { isOn } from "./listing.ts";

/** `POST /purge?dry_run=1`: drops what has expired, which the store does by itself in time. */
export function purge({ store, logger }: Pick<Ports, "store" | "logger">): RequestHandler {
  return async (req, res) => {
    const dryRun = isOn("dry_run", req);
    const purged = await store.purgeExpired({ dryRun });
    if (!dryRun) logger.info("expired records purged by the operator", purged);
    res.json({ ...purged, dry_run: dryRun } satisfies PurgeAnswer);
  };
}
