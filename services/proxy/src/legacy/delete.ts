import type { IncomingMessage, ServerResponse } from "node:http";
import type { Identity } from "../identity/identify.ts";
import { checkHasSessions } from "./get.ts";
import type { LegacyPorts } from "./post.ts";
import { checkVersionHeader, requireSession } from "./requirements.ts";

/** DELETE of the legacy wire: ends the session; its id means nothing from then on (mcp-wire.md §1.4). */
export function answerDelete(req: IncomingMessage, res: ServerResponse, identity: Identity, ports: LegacyPorts): void {
  checkHasSessions(req);
  const session = requireSession(req, identity, ports.sessions);
  checkVersionHeader(req, ports.versions);
  session.end("deleted");
  res.writeHead(200, { "content-length": "0" }).end();
}
