import type { IncomingMessage, ServerResponse } from "node:http";
import { identityHeaders } from "@gateway/forward-auth";
import { checkAccess } from "../domain/access.ts";
import { checkBearer } from "../domain/bearer.ts";
import { checkForwardedRequest, type ForwardedRequest } from "../domain/forwarded-request.ts";
import { findEndpoint, publicHostsOf, type RequestedResource } from "../domain/public-hosts.ts";
import type { VerifyRefusal } from "../domain/verify-refusal.ts";
import { identityWriter } from "../identity-writer.ts";
import type { LiveTokens, LiveTokenVerdict } from "../live-tokens.ts";
import type { Ports } from "../ports.ts";
import { sendRefusal } from "./verify-refusal.ts";

type VerifyPorts = Pick<Ports, "config" | "resourceServers" | "keys" | "clock" | "logger">;

/** What is asked: may this request go on to this MCP server, with this token? */
interface Question {
  readonly res: ServerResponse;
  readonly request: ForwardedRequest;
  readonly resource: RequestedResource;
  readonly token: string;
}

/**
 * ForwardAuth (oauth-wire 13): may the request that the edge describes go on to its MCP server? On node:http, before
 * Express, since every request of every client waits for it; and without a promise where the token is remembered. The
 * checks in their order (oauth-wire 8): what was sent, whether it is alive, whether it may be used here.
 */
export function verify(ports: VerifyPorts, liveTokens: Pick<LiveTokens, "check">) {
  const hosts = publicHostsOf(ports.resourceServers);
  const answer = answerer(ports);

  return (req: IncomingMessage, res: ServerResponse): void | Promise<void> => {
    const forwarded = checkForwardedRequest(req.rawHeaders);
    if (!forwarded.ok) return sendRefusal(res, forwarded.refusal);
    const request = forwarded.value;
    const resource = findEndpoint(hosts, request.host, request.path);
    if (resource === undefined) return sendRefusal(res, "unknown_resource");
    // A preflight carries no credential (Fetch 4.8), so it is never challenged.
    if (request.method === "OPTIONS") return sendPass(res, []);
    const bearer = checkBearer(request.authorization);
    const question = { res, request, resource, token: bearer.ok ? bearer.value : "" };
    if (!bearer.ok) return answer(question, bearer);
    const verdict = liveTokens.check(bearer.value);
    return verdict instanceof Promise ? verdict.then((late) => answer(question, late)) : answer(question, verdict);
  };
}

/** Answers a question once it is known whether the token is alive. */
function answerer(ports: VerifyPorts) {
  const { config, logger } = ports;
  const identityOf = identityWriter(ports);

  const refuse = ({ res, request, resource }: Question, refusal: VerifyRefusal): void => {
    logger.debug("request refused", { server: resource.server.name, reason: refusal });
    sendRefusal(res, refusal, { resource, accept: request.accept.join(","), issuer: config.issuer });
  };

  return (question: Question, live: LiveTokenVerdict | { ok: false; refusal: VerifyRefusal }): void => {
    if (!live.ok) return refuse(question, live.refusal);
    const access = checkAccess(live.value, question.resource, config);
    if (!access.ok) return refuse(question, access.refusal);
    const identity = identityOf(live.value, question.resource.server);
    sendPass(question.res, [...identity, identityHeaders.authToken, question.token]);
  };
}

// No body (decision 34), and neither Authorization nor Cookie: the edge then deletes the client's (oauth-wire 13.2).
function sendPass(res: ServerResponse, identity: string[]): void {
  identity.push("content-length", "0");
  res.writeHead(200, identity).end();
}
