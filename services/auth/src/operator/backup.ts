import type { RestoreAnswer } from "@gateway/operator-api";
import type { RequestHandler } from "express";
import { parseBackup, renderBackup } from "../domain/backup.ts";
import type { Ports } from "../ports.ts";
import { isOn } from "./listing.ts";
import { OperatorError } from "./operator-error.ts";

/** `GET /backup`: the OAuth data. Secrets are in it as digests, as in the store. */
export function backup({ store, config, clock, logger }: Ports): RequestHandler {
  return async (_req, res) => {
    const snapshot = await store.backups.take();
    logger.info("backup taken by the operator", { clients: snapshot.clients.length, grants: snapshot.grants.length });
    res.json(renderBackup(snapshot, { issuer: config.issuer, now: clock() }));
  };
}

/** `POST /restore?dry_run=1&clear=1` with a backup: all of it is checked before any of it is written. */
export function restore({ store, logger }: Ports): RequestHandler {
  return async (req, res) => {
    const parsed = parseBackup(req.body);
    if (!parsed.ok) throw new OperatorError(400, parsed.problem);
    const options = { clear: isOn("clear", req), dryRun: isOn("dry_run", req) };
    const restored = await store.backups.restore(parsed.snapshot, options);
    if (!options.dryRun) logger.warn("backup restored by the operator", { clear: options.clear, restored });
    const answer: RestoreAnswer = {
      ...restored,
      issuer: parsed.issuer,
      created_at: parsed.createdAt,
      dry_run: options.dryRun,
    };
    res.json(answer);
  };
}
