import type { IncomingMessage, ServerResponse } from "node:http";
import {
  isInitialize,
  legacyVersions,
  type Message,
  missingInitializeParameter,
  type Parsed,
  type Request,
  type VersionChoice,
  wholeMessage,
} from "@gateway/protocol";
import { writeAccepted, writeJson } from "../http/answers.ts";
import { openEventStream, type StreamTimes } from "../http/event-stream.ts";
import type { Accepted } from "../http/media-types.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { Replicas } from "../replicas/replicas.ts";
import { checkVersionHeader, requireSession, sessionHeaders, streamOptions } from "./requirements.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** One POST of the legacy wire, its sender known and its body read. */
export interface Post {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly identity: Identity;
  readonly accepted: Accepted;
  readonly body: Parsed;
}

export interface LegacyPorts {
  readonly sessions: Sessions;
  readonly versions: VersionChoice;
  readonly streams: StreamTimes;
  /** Undefined: there is one proxy alone. */
  readonly replicas?: Replicas | undefined;
}

const longestBatch = 100;
/** Characters of an `initialize`, which is kept for as long as its session; icons may be written into it. */
const longestInitialize = 1_048_576;

/** POST of the legacy wire: opens a session, or hands messages to one (mcp-wire.md §1.2). */
export async function answerPost(post: Post, ports: LegacyPorts): Promise<void> {
  const [first] = post.body.messages;
  if (!post.body.batch && isInitialize(first)) return initialize(post, wholeMessage(first), ports);
  if (post.body.batch) checkNoInitialize(post.body);
  const idText = !post.body.batch && first.kind === "request" ? first.idText : "null";
  if (ports.replicas !== undefined && (await ports.replicas.passSessionOn({ ...post, idText }))) return;
  const session = await requireSession(post.req, post.identity, ports.sessions, idText);
  checkVersionHeader(post.req, ports.versions, idText);
  if (post.body.batch) checkBatch(post.body, session);
  handOn(post, session);
}

/** @throws {Refusal} when a parameter without which nothing can be negotiated is missing */
export function checkInitialize(request: Request): void {
  const missing = missingInitializeParameter(request);
  if (missing === undefined) return;
  const data = `Missing required parameter: ${missing}`;
  throw new Refusal("invalid_request", { idText: request.idText, data });
}

async function initialize({ req, res, identity, accepted }: Post, request: Request, ports: LegacyPorts): Promise<void> {
  const { idText } = request;
  checkInitialize(request);
  if (request.text.length > longestInitialize) {
    throw new Refusal("too_large", { idText, data: `initialize has at most ${longestInitialize} characters` });
  }
  if (ports.sessions.find(String(req.headers["mcp-session-id"]), identity) !== undefined) {
    throw new Refusal("invalid_request", { idText, data: "The session is initialized already" });
  }
  checkVersionHeader(req, ports.versions, idText);
  const { text, session } = await ports.sessions.open(identity, request);
  if (res.destroyed) return session?.end("abandoned"); // nobody learnt the session's id
  const headers = session === undefined ? {} : sessionHeaders(session);
  if (accepted.json) return writeJson(res, 200, text, headers);
  const stream = openEventStream(res, headers, ports.streams);
  stream.send(text);
  stream.end();
}

/** Told before anything about a session, which this could not begin anyway (2025-03-26, lifecycle, initialization). */
function checkNoInitialize({ messages }: Parsed): void {
  if (!messages.some(isInitialize)) return;
  throw new Refusal("invalid_request", { data: "initialize cannot be part of a batch: send it alone" });
}

/** Batches came with 2025-03-26 and went with 2025-06-18. */
function checkBatch({ messages }: Parsed, session: Session): void {
  const refuse = (data: string) => new Refusal("invalid_request", { data });
  const { batches } = legacyVersions[session.version ?? "2025-11-25"];
  if (!batches) throw refuse(`Batches are not part of MCP ${session.version}`);
  if (messages.length > longestBatch) throw refuse(`A batch has at most ${longestBatch} messages`);
}

const isRequest = ({ kind }: Message) => kind === "request";

function handOn({ res, identity, accepted, body }: Post, session: Session): void {
  const { messages, batch } = body;
  const requests = batch ? messages.filter(isRequest).length : Number(isRequest(messages[0]));
  if (requests > 0) {
    const { headers, priming, token } = streamOptions(session, identity);
    session.accept(messages, { res, accepted, batch, requests, headers, priming, token });
    return;
  }
  session.accept(messages);
  writeAccepted(res, sessionHeaders(session));
}
