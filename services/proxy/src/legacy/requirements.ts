import type { IncomingMessage } from "node:http";
import { legacyVersions, type VersionChoice } from "@gateway/protocol";
import { Refusal, refusals } from "../http/refusal.ts";
import { wireOf } from "../http/wire.ts";
import type { Identity } from "../identity/identify.ts";
import type { StreamOptions } from "./resumable-stream.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** The id of the session that a request names. @throws {Refusal} when it names none */
export function requireSessionId(req: IncomingMessage, idText = "null"): string {
  const id = req.headers["mcp-session-id"];
  if (typeof id !== "string" || id === "") throw new Refusal("no_session_header", { idText });
  return id;
}

/**
 * The session that a request names, brought back where its child is gone; no promise of it where it is there.
 * @throws {Refusal} when it names none, or none of this user's
 */
export function requireSession(
  req: IncomingMessage,
  identity: Identity,
  sessions: Sessions,
  idText = "null",
): Session | Promise<Session> {
  const id = requireSessionId(req, idText);
  const session = sessions.find(id, identity);
  if (session !== undefined && !session.hasExited) return session;
  return revive(id, identity, sessions, idText, session?.exited);
}

async function revive(
  id: string,
  identity: Identity,
  sessions: Sessions,
  idText: string,
  exited: Promise<void> | undefined,
): Promise<Session> {
  await exited; // what it said last belongs to others who wait
  const session = await sessions.revive(id, identity, idText);
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
export function sessionHeaders(session: Pick<Session, "id">): Readonly<Record<string, string>> {
  return { "mcp-session-id": session.id };
}

/**
 * Says of a refusal whose session it was in, to the owner of one that lives: a refusal is a response of it too
 * (mcp-wire.md §1.3). A 404 names none: what is not found has no id.
 */
export function namingSession(error: unknown, req: IncomingMessage, identity: Identity, sessions: Sessions): unknown {
  const id = req.headers["mcp-session-id"];
  if (!(error instanceof Refusal) || typeof id !== "string" || wireOf(req) === "modern") return error;
  const { refusal, details } = error;
  const session = refusals[refusal][0] === 404 ? undefined : sessions.find(id, identity);
  if (session === undefined) return error;
  return new Refusal(refusal, { ...details, headers: { ...details.headers, ...sessionHeaders(session) } });
}

/** How responses of a session become streams. */
export function streamOptions(session: Session, { token }: Identity): StreamOptions {
  return {
    headers: sessionHeaders(session),
    priming: session.version ? legacyVersions[session.version].priming : false,
    token,
  };
}
