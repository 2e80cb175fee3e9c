import type { IncomingMessage } from "node:http";
import { identityHeaders } from "@gateway/forward-auth";

const forwarding = /^(forwarded|via|x-real-ip|x-forwarded-.+)$/;
const identity: ReadonlySet<string> = new Set(Object.values(identityHeaders));

/**
 * Whether a request comes from this machine itself, past no edge: what a container's own health check is. Everything
 * an edge passes on carries an identity or says for whom it was forwarded (decisions.md 10).
 */
export function isLocalRequest(req: IncomingMessage): boolean {
  if (req.headers[identityHeaders.assertion] !== undefined) return false; // nearly all: no need to look at the rest
  const peer = req.socket.remoteAddress ?? "";
  if (!/^(127\.|::1$|::ffff:127\.)/.test(peer)) return false;
  return !Object.keys(req.headers).some((name) => identity.has(name) || forwarding.test(name));
}
