import { Agent } from "node:http";
import { createConnection, type NetConnectOpts, type Socket } from "node:net";
import type { Duplex } from "node:stream";

const retryAfter = 100; // ms

/** Idle connections are given up before any common server closes them (Node and uvicorn: 5 s). */
const idleTimeout = 4_000; // ms

/**
 * An agent that keeps connections alive, and that waits for a service which does not listen yet: a refused connection
 * is tried again for `patience` seconds. The request waits with its body unread, and is sent once.
 */
export class PatientAgent extends Agent {
  readonly #patience: number;

  constructor(patience: number) {
    super({ keepAlive: true, timeout: idleTimeout, scheduling: "lifo" });
    this.#patience = patience;
  }

  override createConnection(
    options: object,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const answer = callback as (error: Error | null, socket?: Socket) => void;
    connectPatiently(options as NetConnectOpts, Date.now() + this.#patience * 1_000, answer);
    return undefined; // the socket comes by the callback
  }
}

function connectPatiently(
  options: NetConnectOpts,
  deadline: number,
  answer: (error: Error | null, socket?: Socket) => void,
): void {
  const socket = createConnection(options);
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== "ECONNREFUSED" || Date.now() + retryAfter > deadline) return answer(error);
    setTimeout(() => connectPatiently(options, deadline, answer), retryAfter);
  };
  socket.once("error", onError);
  socket.once("connect", () => {
    socket.off("error", onError);
    answer(null, socket);
  });
}
