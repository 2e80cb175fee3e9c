import type { IncomingMessage, ServerResponse } from "node:http";
import { identityHeaders } from "@gateway/forward-auth";
import { checkAccess } from "../domain/access.ts";
import { checkBearer } from "../domain/bearer.ts";
import { checkForwardedRequest, type ForwardedRequest } from "../domain/forwarded-request.ts";
import { findEndpoint, publicHostsOf, type RequestedResource } from "../domain/public-hosts.ts";
import { accept, type Result } from "../domain/result.ts";
import type { VerifyRefusal } from "../domain/verify-refusal.ts";
import { identityWriter } from "../identity-writer.ts";
import type { LiveToken, LiveTokens } from "../live-tokens.ts";
import type { Ports } from "../ports.ts";
import { sendRefusal } from "./verify-refusal.ts";

type VerifyPorts = Pick<Ports, "config" | "resourceServers" | "assertionKey" | "clock" | "metrics" | "logger">;

/** What is asked: may this request go on to this MCP server, with this token? */
interface Question {
  readonly res: ServerResponse;
  readonly request: ForwardedRequest;
  readonly resource: RequestedResource;
  readonly token: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/**
 * ForwardAuth (oauth-wire 13): may the request that the edge describes go on to its MCP server? On node:http, before
 * Express, since every request of every client waits for it; and without a promise where the token is remembered. The
 * checks in their order (oauth-wire 8): what was sent, whether it is alive, whether it may be used here.
 */
export function verify(ports: VerifyPorts, liveTokens: Pick<LiveTokens, "check">) {
  const hosts = publicHostsOf(ports.resourceServers);
  const decide = decider(ports);
  const send = sender(ports);
  const { metrics } = ports;

  return (req: IncomingMessage, res: ServerResponse): Promise<void> | undefined => {
    const startedAt = performance.now();
    const refuse = (refusal: VerifyRefusal) => {
      metrics.verify(refusal, startedAt);
      sendRefusal(res, refusal);
    };
    const forwarded = checkForwardedRequest(req.rawHeaders);
    if (!forwarded.ok) return void refuse(forwarded.refusal);
    const request = forwarded.value;
    const resource = findEndpoint(hosts, request.host, request.path);
    if (resource === undefined) return void refuse("unknown_resource");
    // A preflight carries no credential (Fetch 4.8), so it is never challenged.
    if (request.method === "OPTIONS") return void sendPass(res, [...noBody]);
    const bearer = checkBearer(request.authorization, request.hasQueryToken);
    if (!bearer.ok) return void send({ res, request, resource, token: "", startedAt }, bearer);
    const question = { res, request, resource, token: bearer.value, startedAt };
    const verdict = liveTokens.check(bearer.value);
    if (!(verdict instanceof Promise)) return void send(question, decide(question, verdict));
    // Two steps, so that of the tokens that were looked up together all are signed for, then all are answered.
    return verdict.then((late) => decide(question, late)).then((decision) => send(question, decision));
  };
}

type Verdict = Result<LiveToken, VerifyRefusal>;

/** The lines of the answer, with the identity headers that the request goes on with; or why it does not. */
type Decision = Result<string[], VerifyRefusal>;

/** Decides once it is known whether the token is alive. */
function decider(ports: VerifyPorts) {
  const { config, clock } = ports;
  const identityOf = identityWriter(ports);
  return ({ resource, token }: Question, live: Verdict): Decision => {
    if (!live.ok) return live;
    const access = checkAccess(live.value, resource, config, clock());
    if (!access.ok) return access;
    const identity = identityOf(live.value, resource.server);
    if (resource.server.forwardToken === false) return accept([...identity, ...noBody]);
    return accept([...identity, identityHeaders.authToken, token, ...noBody]);
  };
}

function sender({ config, metrics, logger }: VerifyPorts) {
  return ({ res, request, resource, startedAt }: Question, decision: Decision): void => {
    metrics.verify(decision.ok ? "allowed" : decision.refusal, startedAt);
    if (decision.ok) {
      sendPass(res, decision.value);
      return;
    }
    logger.debug("request refused", { server: resource.server.name, reason: decision.refusal });
    sendRefusal(res, decision.refusal, { resource, accept: request.accept, issuer: config.issuer });
  };
}

/** Of every pass (decision 34). */
const noBody = ["content-length", "0"] as const;

// Neither Authorization nor Cookie: the edge then deletes the client's (oauth-wire 13.2).
function sendPass(res: ServerResponse, lines: string[]): void {
  res.writeHead(200, lines).end();
}
