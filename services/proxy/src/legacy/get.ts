import type { IncomingMessage, ServerResponse } from "node:http";
import { readAccept } from "../http/media-types.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import { isListeningId } from "./event-log.ts";
import type { LegacyPorts } from "./post.ts";
import { checkVersionHeader, requireSession, streamOptions } from "./requirements.ts";
import type { Session } from "./session.ts";

/** GET of the legacy wire: opens the stream for what belongs to no request, or resumes any stream (mcp-wire.md §1.2, §1.3). */
export async function answerGet(
  req: IncomingMessage,
  res: ServerResponse,
  identity: Identity,
  ports: LegacyPorts,
): Promise<void> {
  if (!readAccept(req).stream) throw new Refusal("stream_not_acceptable");
  if (ports.replicas !== undefined && (await ports.replicas.passSessionOn({ req, res }))) return;
  const session = await requireSession(req, identity, ports.sessions);
  checkVersionHeader(req, ports.versions);
  const lastEventId = req.headers["last-event-id"];
  if (typeof lastEventId !== "string" || isOfEarlierChild(lastEventId, session)) {
    return session.listen(res, streamOptions(session, identity));
  }
  if (!session.resume(res, streamOptions(session, identity), lastEventId)) throw new Refusal("bad_event_id");
}

/** What was on such a standalone stream is announced anew: a client that resumes it may just listen. */
function isOfEarlierChild(eventId: string, session: Session): boolean {
  return session.isRevived && !session.hasEvent(eventId) && isListeningId(eventId);
}
