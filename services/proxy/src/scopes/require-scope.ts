import type { IncomingMessage } from "node:http";
import { renderChallenge, resourceMetadataUrl } from "@gateway/forward-auth";
import type { Parsed } from "@gateway/protocol";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { ScopeGuard } from "./scope-guard.ts";

/** What scopes a server has, and under which URLs it is known. */
export interface ScopedServer {
  readonly guard: ScopeGuard;
  /** Identifiers of the server, the canonical one first. */
  readonly identifiers: readonly [string, ...string[]];
}

const description = "The token lacks a scope that this operation needs";

/**
 * Holds a body to its token's scope before anything of it is handed on; one message that needs more refuses a whole batch.
 * @throws {Refusal} with the challenge that says what to ask for (RFC 6750 3.1)
 */
export function requireScope(req: IncomingMessage, body: Parsed, { scope = "" }: Identity, server: ScopedServer): void {
  const missing = server.guard(scope, body.messages);
  if (missing === undefined) return;
  const [first] = body.messages;
  const idText = !body.batch && first.kind === "request" ? first.idText : "null";
  const challenge = renderChallenge({
    resourceMetadata: metadataUrlOf(req, server.identifiers),
    scope: missing.scope,
    error: { code: "insufficient_scope", description },
  });
  const headers = { "www-authenticate": challenge, "cache-control": "no-store" };
  throw new Refusal("insufficient_scope", { idText, data: missing, headers });
}

/** The document of the identifier that was called, in the slash form that was called (oauth-wire 2). */
function metadataUrlOf(
  { url = "", headers }: IncomingMessage,
  [first, ...others]: ScopedServer["identifiers"],
): string {
  const name = (headers.host ?? "").replace(/\.(?=:\d+$|$)/, "");
  const isCalled = ({ protocol, host }: URL) => new URL(`${protocol}//${name}`).host === host;
  const { origin, pathname } = others.map((other) => new URL(other)).find(isCalled) ?? new URL(first);
  const slash = url.split("?")[0]?.endsWith("/") ? "/" : "";
  return resourceMetadataUrl({ origin, pathname: `${pathname}${slash}` });
}
