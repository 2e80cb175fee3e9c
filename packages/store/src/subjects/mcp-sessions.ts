import { indexName, recordKey } from "../keys.ts";
import type { McpSession, McpSessions } from "../ports/proxies.ts";
import { drop, put, type Records } from "../records.ts";

/** The MCP sessions of one server's proxies. */
export function mcpSessions(records: Records): McpSessions {
  const index = indexName("mcpSessions");
  return {
    keep(session, expiresAt) {
      const key = recordKey("mcpSession", session.sessionId);
      return records.apply({ write: [put(key, session, expiresAt)], join: [{ index, member: key, expiresAt }] });
    },

    async find(sessionId) {
      return (await records.read<McpSession>(recordKey("mcpSession", sessionId))).value;
    },

    end(sessionId) {
      const key = recordKey("mcpSession", sessionId);
      return records.apply({ write: [drop(key)], leave: [{ index, member: key }] });
    },

    async list() {
      return [...(await records.list<McpSession>(index))].sort(
        (one, other) => one.createdAt - other.createdAt || (one.sessionId < other.sessionId ? -1 : 1),
      );
    },
  };
}
