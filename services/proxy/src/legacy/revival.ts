import { negotiatedVersion, parseMessages, type Request, type Response, type VersionChoice } from "@gateway/protocol";
import type { McpSession } from "@gateway/store";

/** The client's own `initialize` once more, for the version that was settled on then. */
export function replayedInitialize({ initializeParams, negotiatedVersion: protocolVersion }: McpSession): Request {
  const params = { ...(initializeParams as object), protocolVersion };
  return replayedRequest({ method: "initialize", params });
}

/** A request in the client's place, for a child that has its handshake. */
export function replayedRequest(request: Pick<Request, "method" | "params">): Request {
  return parseMessages(JSON.stringify({ jsonrpc: "2.0", id: 0, ...request })).messages[0] as Request;
}

/** Whether another child can take the first one's place: the client goes on with the version it has. */
export function canReplace(record: McpSession, response: Response, versions: VersionChoice): boolean {
  return negotiatedVersion(response, versions) === record.negotiatedVersion;
}

/** The end of the handshake, which the client sent long ago. */
export const initializedLine = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });

/**
 * What a client must ask for again after its server was replaced: each list the new one has. It is told whether or not
 * the server ever tells of changes, since it is the other process that makes the difference.
 */
export function listChanges({ result }: Response): readonly string[] {
  const capabilities = (result?.capabilities ?? {}) as Readonly<Record<string, unknown>>;
  return ["tools", "prompts", "resources"]
    .filter((kind) => capabilities[kind] !== undefined)
    .map((kind) => JSON.stringify({ jsonrpc: "2.0", method: `notifications/${kind}/list_changed` }));
}
