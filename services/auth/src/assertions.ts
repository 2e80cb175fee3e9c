import { type Assertion, signAssertion } from "@gateway/forward-auth";
import type { ResourceServer } from "@gateway/registry";
import type { LiveToken } from "./live-tokens.ts";
import type { Ports } from "./ports.ts";

/** Seconds. */
const lifetime = 60;
const reuse = 30;

/**
 * Makes X-Gateway-Assertion (oauth-wire 13.2). One is used again for the same token for 30 s, so that a signature is
 * not paid for every request; it then has 30 s to live.
 */
export function assertionSigner({
  config,
  keys,
  clock,
}: Pick<Ports, "config" | "keys" | "clock">): (token: LiveToken, server: ResourceServer) => string {
  const made = new WeakMap<LiveToken, { readonly text: string; readonly until: number }>();
  return (token, server) => {
    const now = clock();
    const last = made.get(token);
    if (last !== undefined && now < last.until) return last.text;
    const assertion = assertionOf(token, config.issuer, server.identifiers[0]);
    const text = signAssertion(assertion, keys.current(), Math.floor(now), lifetime);
    made.set(token, { text, until: now + reuse });
    return text;
  };
}

function assertionOf({ claims }: LiveToken, iss: string, aud: string): Assertion {
  const { sub, client_id, scope, sid } = claims;
  return { iss, aud, sub, client_id, scope, sid };
}
