import { type Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { authPatience, authRequestHeaders, identityHeaders } from "@gateway/forward-auth";
import type { RequestLine } from "./domain/request-line.ts";
import { type HeaderLines, linesOf } from "./domain/upstream-headers.ts";

/** What `/verify` decided about a request. */
export type Verdict =
  | { readonly kind: "allowed"; readonly identity: HeaderLines }
  /** The client gets this answer. */
  | { readonly kind: "refused"; readonly answer: IncomingMessage }
  | { readonly kind: "unreachable"; readonly code: string | undefined };

const timeout = authPatience.alone * 1_000; // ms

/** Asks `/verify` about a request: Traefik's ForwardAuth with trustForwardHeader false (oauth-wire 13). */
export async function askVerify(
  verifyUrl: string,
  agent: Agent,
  line: RequestLine,
  req: IncomingMessage,
): Promise<Verdict> {
  const headers = verifyHeaders(line, req);
  const ask = () => sendVerify(verifyUrl, agent, headers);
  try {
    // A connection that auth closed in the moment we took it up says nothing about auth.
    return verdictOf(await ask().catch((error) => (isStaleConnection(error) ? ask() : Promise.reject(error))));
  } catch (error) {
    return { kind: "unreachable", code: (error as NodeJS.ErrnoException).code };
  }
}

function verifyHeaders(line: RequestLine, req: IncomingMessage): OutgoingHttpHeaders {
  const ofClient = linesOf(req.rawHeaders).filter(([name]) => authRequestHeaders.includes(name));
  return {
    ...Object.fromEntries(ofClient),
    "x-forwarded-method": line.method,
    "x-forwarded-proto": "http",
    "x-forwarded-host": line.authority,
    "x-forwarded-uri": line.path + line.query,
    "x-forwarded-for": req.socket.remoteAddress ?? "",
  };
}

function sendVerify(url: string, agent: Agent, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers, signal: AbortSignal.timeout(timeout) }, resolve);
    asked.on("error", (error) => reject(Object.assign(error, { reusedSocket: asked.reusedSocket })));
    asked.end();
  });
}

function isStaleConnection(error: NodeJS.ErrnoException & { reusedSocket?: boolean }): boolean {
  return error.reusedSocket === true && error.code === "ECONNRESET";
}

function verdictOf(answer: IncomingMessage): Verdict {
  const status = answer.statusCode ?? 500;
  if (status < 200 || status > 299) return { kind: "refused", answer };
  answer.resume();
  const names: readonly string[] = Object.values(identityHeaders);
  const identity = linesOf(answer.rawHeaders).filter(([name]) => names.includes(name));
  return { kind: "allowed", identity: Object.fromEntries(identity) };
}
