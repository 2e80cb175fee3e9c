import type { IncomingMessage, ServerResponse } from "node:http";
import { identityHeaders } from "@gateway/forward-auth";
import { assertionSigner } from "../assertions.ts";
import { checkAccess } from "../domain/access.ts";
import { checkBearer } from "../domain/bearer.ts";
import { checkForwardedRequest, type ForwardedRequest } from "../domain/forwarded-request.ts";
import { headerText, userIdHeader } from "../domain/identity.ts";
import { findEndpoint, publicHostsOf, type RequestedResource } from "../domain/public-hosts.ts";
import { accept, type Result } from "../domain/result.ts";
import type { VerifyRefusal } from "../domain/verify-refusal.ts";
import type { LiveToken, LiveTokens } from "../live-tokens.ts";
import type { Ports } from "../ports.ts";
import { sendRefusal } from "./verify-refusal.ts";

type VerifyPorts = Pick<Ports, "config" | "resourceServers" | "keys" | "clock" | "logger">;

/**
 * ForwardAuth (oauth-wire 13): may the request that the edge describes go on to its MCP server? On node:http, before
 * Express, since every request of every client waits for it.
 */
export function verify(ports: VerifyPorts, liveTokens: Pick<LiveTokens, "check">) {
  const hosts = publicHostsOf(ports.resourceServers);
  const decide = decider(ports, liveTokens);

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const forwarded = checkForwardedRequest(req.rawHeaders);
    if (!forwarded.ok) return sendRefusal(res, forwarded.refusal);
    const { host, path } = forwarded.value;
    const resource = findEndpoint(hosts, host, path);
    if (resource === undefined) return sendRefusal(res, "unknown_resource");
    const decision = await decide(forwarded.value, resource);
    if (decision.ok) return sendIdentity(res, decision.value);
    ports.logger.debug("request refused", { server: resource.server.name, reason: decision.refusal });
    sendRefusal(res, decision.refusal, { resource, accept: forwarded.value.accept, issuer: ports.config.issuer });
  };
}

type Identity = Readonly<Record<string, string>>;

/** The checks in their order (oauth-wire 8): what was sent, whether it is alive, whether it may be used here. */
function decider({ config, ...ports }: VerifyPorts, liveTokens: Pick<LiveTokens, "check">) {
  const assertionOf = assertionSigner({ config, ...ports });

  return async (request: ForwardedRequest, resource: RequestedResource): Promise<Result<Identity, VerifyRefusal>> => {
    // A preflight carries no credential (Fetch 4.8), so it is never challenged.
    if (request.method === "OPTIONS") return accept({});
    const bearer = checkBearer(request.authorization);
    if (!bearer.ok) return bearer;
    const live = await liveTokens.check(bearer.value);
    if (!live.ok) return live;
    const access = checkAccess(live.value, resource, config);
    if (!access.ok) return access;
    return accept(identityOf(live.value, bearer.value, assertionOf(live.value, resource.server)));
  };
}

function identityOf({ claims, user }: LiveToken, token: string, assertion: string): Identity {
  return {
    [identityHeaders.userId]: userIdHeader(user),
    [identityHeaders.userName]: headerText(user.login),
    [identityHeaders.authToken]: token,
    [identityHeaders.authScope]: headerText(claims.scope),
    [identityHeaders.authClient]: headerText(claims.client_id),
    [identityHeaders.assertion]: assertion,
  };
}

// No body (decision 34), and neither Authorization nor Cookie: the edge then deletes the client's (oauth-wire 13.2).
function sendIdentity(res: ServerResponse, identity: Identity): void {
  res.writeHead(200, { ...identity, "content-length": 0 }).end();
}
