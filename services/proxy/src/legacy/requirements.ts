import type { IncomingMessage } from "node:http";
import { legacyVersions, type VersionChoice } from "@gateway/protocol";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { StreamOptions } from "./resumable-stream.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** The session that a request names. @throws {Refusal} when it names none, or none of this user's */
export function requireSession(req: IncomingMessage, { sub }: Identity, sessions: Sessions, idText = "null"): Session {
  const id = req.headers["mcp-session-id"];
  if (typeof id !== "string" || id === "") throw new Refusal("no_session_header", { idText });
  const session = sessions.find(id, sub);
  if (session === undefined) throw new Refusal("session_not_found", { idText });
  return session;
}

/** Refuses a version that is not served. Another served one than was settled on is no harm. */
export function checkVersionHeader(req: IncomingMessage, { supported }: VersionChoice, idText = "null"): void {
  const version = req.headers["mcp-protocol-version"];
  if (version === undefined || supported.some((each) => each === version)) return;
  throw new Refusal("unsupported_version", { idText, data: { supported } });
}

/** What every response of a session carries. */
export function sessionHeaders(session: Session): Record<string, string> {
  return { "mcp-session-id": session.id };
}

/** How responses of a session become streams. */
export function streamOptions(session: Session): StreamOptions {
  return {
    headers: sessionHeaders(session),
    priming: session.version ? legacyVersions[session.version].priming : false,
  };
}
