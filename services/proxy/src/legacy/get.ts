import type { IncomingMessage, ServerResponse } from "node:http";
import { isModernVersion } from "@gateway/protocol";
import { readAccept } from "../http/media-types.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { LegacyPorts } from "./post.ts";
import { checkVersionHeader, requireSession, sessionHeaders, streamOptions } from "./requirements.ts";

/** GET of the legacy wire: opens the stream for what belongs to no request, or resumes any stream (mcp-wire.md §1.2, §1.3). */
export function answerGet(req: IncomingMessage, res: ServerResponse, identity: Identity, ports: LegacyPorts): void {
  checkHasSessions(req);
  if (!readAccept(req).stream) throw new Refusal("stream_not_acceptable");
  const session = requireSession(req, identity, ports.sessions);
  checkVersionHeader(req, ports.versions);
  const lastEventId = req.headers["last-event-id"];
  if (typeof lastEventId !== "string") session.listen(res, streamOptions(session));
  else if (!session.resume(res, sessionHeaders(session), lastEventId)) throw new Refusal("bad_event_id");
}

/** Refuses GET and DELETE of the stateless wire, which has POST only (mcp-wire.md §2.2). */
export function checkHasSessions(req: IncomingMessage): void {
  const version = req.headers["mcp-protocol-version"];
  if (!isModernVersion(typeof version === "string" ? version : undefined)) return;
  throw new Refusal("method_not_allowed", { headers: { allow: "POST" } });
}
