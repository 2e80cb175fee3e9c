import { negotiatedVersion, parseMessages, type Request, type Response, type VersionChoice } from "@gateway/protocol";
import type { McpSession } from "@gateway/store";
import type { Outcome } from "../child/calls.ts";

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

/** Pages of a list that are asked for. */
const mostPages = 10;

/** Has a child list its tools in the client's place, which has the list of the one before. */
export async function listTools(ask: (request: Request) => Promise<Outcome>): Promise<void> {
  let cursor: unknown;
  for (let page = 0; page < mostPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const outcome = await ask(replayedRequest({ method: "tools/list", params }));
    cursor = outcome.kind === "answered" ? outcome.response.result?.nextCursor : undefined;
    if (typeof cursor !== "string") return;
  }
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
