import type { RotatedKeys, RotationKind } from "@gateway/operator-api";
import express, { type Express } from "express";
import type { Ports } from "../ports.ts";
import { backup, restore } from "./backup.ts";
import { deleteClient, deleteClients, listClients, showClient } from "./clients.ts";
import { metricsPage } from "./metrics.ts";
import { OperatorError, operatorErrors } from "./operator-error.ts";
import { purge } from "./purge.ts";
import { ready } from "./ready.ts";
import { rotateKeys } from "./rotate-keys.ts";
import { stats } from "./stats.ts";
import { listTokens, revokeToken, revokeTokens, showToken } from "./tokens.ts";
import { listUsers } from "./users.ts";

/** What operators ask of auth beside its ports. */
export interface Operations {
  /** Undefined: the key is given by configuration, and changed there. */
  readonly rotateKeys: ((kind: RotationKind) => Promise<RotatedKeys>) | undefined;
}

const largestBackup = "256mb";

/** What `just` verbs may ask of auth (decision 7), in JSON. No answer has a secret or anything that opens something. */
export function createOperatorApp(ports: Ports, operations: Operations): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  app.get("/clients", listClients(ports));
  app.delete("/clients", deleteClients(ports));
  app.get("/clients/:id", showClient(ports));
  app.delete("/clients/:id", deleteClient(ports));
  app.get("/tokens", listTokens(ports));
  app.delete("/tokens", revokeTokens(ports));
  app.get("/tokens/:id", showToken(ports));
  app.delete("/tokens/:id", revokeToken(ports));
  app.get("/users", listUsers(ports));
  app.get("/stats", stats(ports));
  app.get("/metrics", metricsPage(ports));
  app.get("/ready", ready(ports));
  app.post("/purge", purge(ports));
  app.get("/backup", backup(ports));
  app.post("/restore", express.json({ limit: largestBackup }), restore(ports));
  app.post("/keys/rotate", rotateKeys(operations.rotateKeys));
  app.use(() => {
    throw new OperatorError(404, "There is nothing at this address: are the verb and auth of one version?");
  });
  app.use(operatorErrors(ports));
  return app;
}
