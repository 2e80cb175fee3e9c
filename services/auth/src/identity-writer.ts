import { type Assertion, headerText, identityHeaders, signAssertion, userIdText } from "@gateway/forward-auth";
import type { ResourceServer } from "@gateway/registry";
import type { LiveToken } from "./live-tokens.ts";
import type { Ports } from "./ports.ts";

/** Seconds. */
const lifetime = 60;
const reuse = 30;

/** Header lines as node:http takes them without further work: name, value, name, value. */
type HeaderLines = readonly string[];

/**
 * Makes the identity headers of a token (oauth-wire 13.2), all but the token itself, which is not kept. They are used
 * again for 30 s, so that neither a signature nor their rendering is paid for every request; the assertion among them
 * then has 30 s to live.
 */
export function identityWriter({
  config,
  assertionKey,
  clock,
}: Pick<Ports, "config" | "assertionKey" | "clock">): (token: LiveToken, server: ResourceServer) => HeaderLines {
  return (token, server) => {
    const now = clock();
    if (token.identity !== undefined && now < token.identity.until) return token.identity.lines;
    const assertion = assertionOf(token, config.issuer, server.identifiers[0]);
    const lines = linesOf(token, signAssertion(assertion, assertionKey, Math.floor(now), lifetime));
    token.identity = { lines, until: now + reuse };
    return lines;
  };
}

function linesOf({ claims, user }: LiveToken, assertion: string): HeaderLines {
  return [
    identityHeaders.userId,
    userIdText(user.sub),
    identityHeaders.userName,
    headerText(user.login),
    identityHeaders.authScope,
    headerText(claims.scope),
    identityHeaders.authClient,
    headerText(claims.client_id),
    identityHeaders.assertion,
    assertion,
  ];
}

function assertionOf({ claims, user, kid, tools }: LiveToken, iss: string, aud: string): Assertion {
  const { client_id, scope, sid, jti, exp } = claims;
  const { sub, login: name } = user;
  return { iss, aud, sub, client_id, scope, sid, name, token_jti: jti, token_kid: kid, token_exp: exp, tools };
}
