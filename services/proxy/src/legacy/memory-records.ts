import type { McpSession, McpSessions } from "@gateway/store";

/** Records of sessions for as long as this process lives: a proxy without a data folder of its own. */
export function memoryRecords(now: () => number): McpSessions {
  const records = new Map<string, { readonly session: McpSession; readonly expiresAt: number }>();
  const alive = () => {
    for (const [id, { expiresAt }] of records) if (expiresAt <= now()) records.delete(id);
    return records;
  };
  return {
    async keep(session, expiresAt) {
      alive().set(session.sessionId, { session, expiresAt });
    },
    async find(sessionId) {
      return alive().get(sessionId)?.session;
    },
    async end(sessionId) {
      records.delete(sessionId);
    },
    async list() {
      return [...alive().values()].map(({ session }) => session).sort((one, other) => one.createdAt - other.createdAt);
    },
  };
}
