import { randomBytes } from "node:crypto";

/**
 * The ids of the sessions of one replica. They are unguessable; and yet no credential: every request's identity is
 * compared too. Where there are several replicas they begin with the name of theirs (mcp-wire.md §5.6).
 */
export interface SessionIds {
  make(): string;
  /** Whether a session of that id could be of this replica. */
  isOwn(id: string): boolean;
}

/** @param replica undefined where there is one alone */
export function sessionIdsOf(replica: string | undefined): SessionIds {
  const begin = replica === undefined ? "" : `${replica}.`;
  return {
    make: () => begin + randomBytes(24).toString("base64url"),
    isOwn: (id) => replica === undefined || replicaOf(id) === replica,
  };
}

/** The name of the replica that a session's id begins with; undefined: it names none. Pure. */
export function replicaOf(id: string): string | undefined {
  const end = id.indexOf(".");
  return end === -1 ? undefined : id.slice(0, end);
}
