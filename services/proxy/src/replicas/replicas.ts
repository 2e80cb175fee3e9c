import type { IncomingMessage, ServerResponse } from "node:http";
import { type Parsed, wholeMessage } from "@gateway/protocol";
import type { Logger } from "@gateway/telemetry";
import { Refusal } from "../http/refusal.ts";
import type { Registry } from "./registry.ts";
import { type Relay, relayedHeader } from "./relay.ts";
import { rendezvousOwner } from "./rendezvous.ts";
import { replicaOf } from "./session-ids.ts";

/** One request that may have to be served elsewhere. */
export interface Passable {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Undefined: it has none. */
  readonly body?: Parsed;
  /** For errors. */
  readonly idText?: string;
}

type FindReplica = () => string | undefined | Promise<string | undefined>;

export interface ReplicasPorts {
  readonly name: string;
  readonly registry: Registry;
  readonly relay: Relay;
  readonly logger: Logger;
}

/** The replicas of one server: who serves what, and the way there (mcp-wire.md §5.6). */
export class Replicas {
  /** Of this replica. */
  readonly name: string;
  /** Requests that others served. */
  relayed = 0;
  readonly #ports: ReplicasPorts;

  constructor(ports: ReplicasPorts) {
    this.name = ports.name;
    this.#ports = ports;
  }

  /** How many are alive; 0: it cannot be known. */
  get alive(): number {
    const { registry } = this.#ports;
    return registry.isCurrent ? registry.live().length : 0;
  }

  /** The replica to whom all of a user's requests go that share a child. @throws {Refusal} when it cannot be known */
  ownerOf(key: string): string | undefined {
    return rendezvousOwner(this.#ports.registry.live(), key);
  }

  /** Whether what belongs to a key is to be served here. While nothing can be known it is not: another one may serve it. */
  isOwner(key: string): boolean {
    return this.#ports.registry.isCurrent && this.ownerOf(key) === this.name;
  }

  /**
   * Passes a request of another replica's session on to it; false: it is to be answered here.
   * @throws {Refusal} when it cannot be known who is alive, or when the other one was lost on the way
   */
  async passSessionOn(passable: Passable): Promise<boolean> {
    const id = passable.req.headers["mcp-session-id"];
    const replica = typeof id === "string" ? replicaOf(id) : undefined;
    if (replica === undefined || replica === this.name) return false;
    return this.passOn(passable, () => replica);
  }

  /**
   * Passes a request on to whom `find` names; false: that is this one, or nobody, or somebody who is not alive. It is asked
   * again when that one could not be reached.
   * @throws {Refusal} as `passSessionOn` does
   */
  async passOn(passable: Passable, find: () => string | undefined | Promise<string | undefined>): Promise<boolean> {
    if (passable.req.headers[relayedHeader] !== undefined) return false; // by the view of one: two may differ for a moment
    return this.#passOn(passable, find).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(error.refusal, { ...error.details, idText: passable.idText ?? "null" });
    });
  }

  async #passOn(passable: Passable, find: FindReplica): Promise<boolean> {
    for (;;) {
      const replica = await find();
      if (replica === undefined || replica === this.name) return false;
      const address = this.#ports.registry.addressOf(replica);
      if (address === undefined) return false;
      if (await this.#pass(passable, replica, address)) return true;
    }
  }

  async #pass({ req, res, body }: Passable, replica: string, address: string): Promise<boolean> {
    const { registry, relay, logger } = this.#ports;
    const text = body && renderBody(body);
    switch (await relay.pass({ req, res, body: text }, address)) {
      case "answered":
        this.relayed += 1;
        return true;
      case "unreached":
        registry.suspect(replica);
        return false;
      case "lost":
        logger.warn("replica lost in the middle of a request", { replica });
        throw new Refusal("server_exited", { data: { reason: "server_exited" } });
    }
  }
}

function renderBody({ batch, messages }: Parsed): string {
  const texts = messages.map((message) => wholeMessage(message).text);
  return batch ? `[${texts.join(",")}]` : (texts[0] as string);
}
