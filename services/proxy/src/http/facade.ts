import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Era,
  isInitialize,
  modernErrorCodes,
  modernVersions,
  type Parsed,
  renderModernError,
} from "@gateway/protocol";
import type { Facade } from "../configuration/proxy-config.ts";
import { renderRefusal, writeAccepted, writeJson, writeRefusal } from "./answers.ts";
import { Refusal, refusals } from "./refusal.ts";
import { wireOf } from "./wire.ts";

/** Refuses any method but POST of the stateless wire, which has that one only (mcp-wire.md §2.2), and where it alone is shown. */
export function checkHasSessions(req: IncomingMessage, facade: Facade): void {
  if (facade !== "modern" && wireOf(req) === "legacy") return;
  throw new Refusal("method_not_allowed", { headers: { allow: "POST" }, wire: "modern" });
}

/**
 * Answers a body of the wire that this endpoint does not show, so that its client finds the other one; false: it is
 * shown (mcp-wire.md §2.8).
 */
export function answerHidden(req: IncomingMessage, res: ServerResponse, { facade, era, body }: Hiding): boolean {
  if (facade === "legacy" && era === "modern") return answerModern(res, body);
  return facade === "modern" && era === "legacy" && answerLegacy(req, res, body);
}

/** In the words of the older wire, so that its client begins anew with `initialize`. */
function answerModern(res: ServerResponse, body: Parsed): true {
  const idText = onlyIdOf(body) ?? "null";
  writeJson(res, refusals.modern_only[0], renderRefusal("modern_only", { idText }));
  return true;
}

function answerLegacy(req: IncomingMessage, res: ServerResponse, body: Parsed): true {
  const kinds = new Set(body.messages.map(({ kind }) => kind));
  if (kinds.has("request")) writeJson(res, 400, renderModernError(onlyIdOf(body), unsupported(req, body)));
  else if (kinds.has("response")) writeRefusal(res, "invalid_request", { data: "Clients send no responses" }, "modern");
  else writeAccepted(res); // nobody waits for an answer to it
  return true;
}

interface Hiding {
  readonly facade: Facade;
  readonly era: Era;
  readonly body: Parsed;
}

/** A client of the older wire learns which versions there are from this error alone. */
function unsupported(req: IncomingMessage, { batch, messages: [first] }: Parsed) {
  const isHandshake = !batch && isInitialize(first);
  const requested = isHandshake ? first.params.protocolVersion : req.headers["mcp-protocol-version"];
  const data = { supported: modernVersions, ...(typeof requested === "string" ? { requested } : {}) };
  return { code: modernErrorCodes.unsupportedVersion, message: "Unsupported protocol version", data };
}

function onlyIdOf({ batch, messages: [first] }: Parsed): string | undefined {
  return !batch && first.kind === "request" ? first.idText : undefined;
}
