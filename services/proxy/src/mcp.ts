import type { IncomingMessage, ServerResponse } from "node:http";
import { classifyEra, type Era, type Parsed, sizeOf, wholeMessage } from "@gateway/protocol";
import type { Facade, Front } from "./configuration/proxy-config.ts";
import type { BodyLimits } from "./http/body.ts";
import { setCorsHeaders, writePreflight } from "./http/cors.ts";
import { answerHidden, checkHasSessions } from "./http/facade.ts";
import { readMessages } from "./http/messages.ts";
import { checkHost, checkNames, checkOrigin, hasOwnHost } from "./http/names.ts";
import { Refusal } from "./http/refusal.ts";
import { inWireOf } from "./http/wire.ts";
import type { Identify, Identity } from "./identity/identify.ts";
import { isLocalRequest } from "./identity/local-check.ts";
import { answerDelete } from "./legacy/delete.ts";
import { answerGet } from "./legacy/get.ts";
import { answerPost, checkInitialize, type LegacyPorts, type Post } from "./legacy/post.ts";
import { namingSession } from "./legacy/requirements.ts";
import { answerModernPost, type ModernPorts } from "./modern/post.ts";
import { answerHealthCheck, findHealthCheck } from "./operator/health-check.ts";
import type { Probe } from "./operator/probe.ts";
import type { Passable } from "./replicas/replicas.ts";
import { requireScope, type ScopedServer } from "./scopes/require-scope.ts";

export interface McpPorts extends LegacyPorts, ModernPorts, BodyLimits {
  readonly front: Front;
  readonly facade: Facade;
  readonly identify: Identify;
  readonly probe: Probe;
  /** Whether this proxy takes no new work: others do, where there are any. */
  readonly isStopping: () => boolean;
  /** Undefined where `mcp` is enough for everything. */
  readonly scopes: ScopedServer | undefined;
}

/** The MCP endpoint: who asks, in which era, and on to that era's room. */
export function answerMcp(req: IncomingMessage, res: ServerResponse, ports: McpPorts): Promise<void> {
  if (ports.front.alone) setCorsHeaders(req, res, ports.front);
  return req.method === "POST" ? post(req, res, ports) : answerOther(req, res, ports);
}

async function answerOther(req: IncomingMessage, res: ServerResponse, ports: McpPorts): Promise<void> {
  const { front, facade } = ports;
  checkNames(req, front);
  if (req.method === "OPTIONS" && front.alone) return writePreflight(req, res);
  checkHasSessions(req, facade);
  if (req.method === "GET") return answerInSession(answerGet, req, res, ports);
  if (req.method === "DELETE") return answerInSession(answerDelete, req, res, ports);
  throw new Refusal("method_not_allowed", { headers: { allow: "GET, POST, DELETE" } });
}

/** Answers, or refuses in the name of the session that is meant. */
async function answerInSession(
  answer: typeof answerGet,
  req: IncomingMessage,
  res: ServerResponse,
  ports: McpPorts,
): Promise<void> {
  const identity = await ports.identify(req);
  await answer(req, res, identity, ports).catch((error: unknown) => {
    throw namingSession(error, req, identity, ports.sessions);
  });
}

async function post(req: IncomingMessage, res: ServerResponse, ports: McpPorts): Promise<void> {
  // Only the body tells a container's health check, which has neither identity nor public name; everyone else is asked
  // for both first.
  checkOrigin(req, ports.front);
  const mayBeCheck = isLocalRequest(req);
  if (mayBeCheck && !hasOwnHost(req)) checkHost(req, ports.front);
  const admit = () => {
    checkHost(req, ports.front);
    return ports.identify(req);
  };
  const early = mayBeCheck ? undefined : await admit();
  const limits = { messageSize: ports.messageSize, buffered: ports.buffered, user: early?.sub ?? "" };
  const reading = readMessages(req, limits);
  const { accepted, body } = await reading.catch(async (error: unknown) => {
    // Whoever has no identity is told so, whatever else is wrong.
    throw namingSession(error, req, early ?? (await admit()), ports.sessions);
  });
  const healthCheck = mayBeCheck ? findHealthCheck(body) : undefined;
  if (healthCheck !== undefined) {
    checkInitialize(healthCheck);
    return answerHealthCheck(res, healthCheck, ports.probe);
  }
  const identity = early ?? (await admit());
  const era = eraOf(req, body);
  await serve({ req, res, identity, accepted, body }, era, ports).catch((error: unknown) => {
    throw inWireOf(era, era === "legacy" ? namingSession(error, req, identity, ports.sessions) : error);
  });
}

/** Serves a body that was read, of a sender who is known. */
async function serve({ req, res, identity, accepted, body }: Post, era: Era, ports: McpPorts): Promise<void> {
  if (answerHidden(req, res, { facade: ports.facade, era, body })) return;
  if (ports.scopes !== undefined && era !== "mixed") requireScope(req, body, identity, ports.scopes);
  if (ports.isStopping() && (await isTakenOver({ req, res, body, idText: idTextOf(body) }, era, identity, ports)))
    return;
  if (era === "mixed")
    throw new Refusal("invalid_request", { idText: idTextOf(body), data: "The body is of no protocol version" });
  // Until it is handed on it may wait long for a process, and is kept meanwhile: as if it were still coming in.
  const kept = body.messages.reduce((sum, message) => sum + sizeOf(message), 0);
  if (!ports.buffered.take(kept, identity.sub)) throw new Refusal("too_busy", { idText: idTextOf(body) });
  try {
    if (era === "legacy") await answerPost({ req, res, identity, accepted, body }, ports);
    else await answerModernPost({ req, res, identity, accepted, message: wholeMessage(body.messages[0]) }, ports);
  } finally {
    ports.buffered.give(kept, identity.sub);
  }
}

/**
 * A proxy that stops begins nothing more: another replica does, where there is one, unless it is of a session of this one.
 * @throws {Refusal} when there is nobody else
 */
async function isTakenOver(passable: Passable, era: Era, { sub }: Identity, { replicas }: McpPorts): Promise<boolean> {
  const messages = passable.body?.messages ?? [];
  if (!messages.some(({ kind }) => kind === "request")) return false; // answers to what children have asked
  const isBeginning = era === "modern" || passable.req.headers["mcp-session-id"] === undefined;
  if (isBeginning && replicas !== undefined && (await replicas.passOn(passable, () => replicas.ownerOf(sub))))
    return true;
  throw new Refusal("shutting_down", { idText: passable.idText ?? "null" });
}

function eraOf(req: IncomingMessage, body: Parsed): Era {
  const header = req.headers["mcp-protocol-version"];
  return classifyEra(body, typeof header === "string" ? header : undefined);
}

function idTextOf({ batch, messages: [first] }: Parsed): string {
  return !batch && first.kind === "request" ? first.idText : "null";
}
