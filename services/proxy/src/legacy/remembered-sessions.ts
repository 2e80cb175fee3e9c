import { createHash } from "node:crypto";
import type { McpSession, McpSessions } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import { isSameOwner } from "../identity/owner.ts";
import type { Session } from "./session.ts";

export interface RememberedPorts {
  readonly records: McpSessions;
  /** The name of this replica; empty: there is one alone. */
  readonly replica: string;
  /** Milliseconds a session may be idle. */
  readonly sessionIdle: number;
  readonly logger: Logger;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

const longestStale = 60_000;

/** What it takes to bring sessions back after their child, or this proxy, has died (decisions.md 6). */
export class RememberedSessions {
  readonly #ports: RememberedPorts;
  readonly #writing = new Set<Promise<void>>();

  constructor(ports: RememberedPorts) {
    this.#ports = ports;
  }

  /** Keeps a session for as long as it may be idle from now on, and from what may come before it is kept again. */
  keep(session: Session): void {
    const { records, replica, sessionIdle, now } = this.#ports;
    const record = recordOf(session, replica);
    const lifetime = sessionIdle + this.#longestStale;
    if (record !== undefined) this.#write(records.keep(record, now() + lifetime / 1_000));
    session.rememberedAt = Date.now();
  }

  /** Keeps it again, if what is kept grows old: not every request needs a write. */
  refresh(session: Session): void {
    if (Date.now() - session.rememberedAt > this.#longestStale) this.keep(session);
  }

  /** Milliseconds. */
  get #longestStale(): number {
    return Math.min(longestStale, this.#ports.sessionIdle / 4);
  }

  forget(id: string): void {
    this.#write(this.#ports.records.end(digestOf(id)));
  }

  /** What is known of a session of this user and client; to anyone else it does not exist. */
  async find(id: string, identity: Identity): Promise<McpSession | undefined> {
    await this.settled(); // what ended a moment ago must not be found
    const record = await this.#ports.records.find(digestOf(id)).catch((cause: unknown) => {
      this.#ports.logger.error("sessions cannot be read", { cause });
      throw new Refusal("sessions_unavailable");
    });
    return record !== undefined && isSameOwner(record, identity) ? record : undefined;
  }

  /** Resolves when all that was to be kept is kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  // A session works without its record; it only does not outlive its child.
  #write(done: Promise<void>): void {
    const writing = done
      .catch((cause: unknown) => this.#ports.logger.error("session not kept", { cause }))
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }
}

function recordOf(session: Session, replica: string): McpSession | undefined {
  if (session.version === undefined) return undefined;
  return {
    sessionId: digestOf(session.id),
    ...session.owner,
    replica,
    negotiatedVersion: session.version,
    initializeParams: session.initializeParams,
    setup: session.setup.kept,
    createdAt: session.createdAt / 1_000,
    lastAccessed: session.lastAccessed / 1_000,
  };
}

/** A child shares our user id and may read the store: it finds nothing there that could be sent. */
function digestOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
