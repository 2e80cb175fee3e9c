import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { LegacyPorts } from "./post.ts";
import { checkVersionHeader, requireSessionId, sessionHeaders } from "./requirements.ts";

/** DELETE of the legacy wire: ends the session; its id means nothing from then on (mcp-wire.md §1.4). */
export async function answerDelete(
  req: IncomingMessage,
  res: ServerResponse,
  identity: Identity,
  ports: LegacyPorts,
): Promise<void> {
  const id = requireSessionId(req);
  if (ports.replicas !== undefined && (await ports.replicas.passSessionOn({ req, res }))) return;
  checkVersionHeader(req, ports.versions);
  if (!(await ports.sessions.delete(id, identity))) throw new Refusal("session_not_found");
  res.writeHead(200, { "content-length": "0", ...sessionHeaders({ id }) }).end();
}
