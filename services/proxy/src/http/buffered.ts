import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Between two looks at what clients have not read. */
const lookInterval = 250;

/**
 * What all clients of this proxy together have it keep: bodies that are coming in, and answers that they have not read
 * yet. Each of them has bounds of its own; many at their bounds would still be more than there is (security.md 21).
 */
export class Buffered {
  readonly #most: number;
  readonly #connections = new Set<Socket>();
  readonly #onCut: (bytes: number) => void;
  #incoming = 0;
  #unread = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param most bytes
   * @param onCut is told of a reader that was cut off, and how much it had not read
   */
  constructor(most: number, onCut: (bytes: number) => void) {
    this.#most = most;
    this.#onCut = onCut;
  }

  /** Of bodies that are coming in. */
  get incoming(): number {
    return this.#incoming;
  }

  /** Looks at a server's connections from now on. */
  watch(server: Server): void {
    server.on("connection", (socket) => {
      this.#connections.add(socket);
      this.#timer ??= setInterval(() => this.#look(), lookInterval).unref();
      socket.once("close", () => this.#forget(socket));
    });
  }

  hasRoom(bytes: number): boolean {
    return this.#incoming + this.#unread + bytes <= this.#most;
  }

  /** Counts more of a body that is coming in; false, and it is not counted, when there is no room for it. */
  take(bytes: number): boolean {
    if (!this.hasRoom(bytes)) return false;
    this.#incoming += bytes;
    return true;
  }

  /** That much of a body is no longer kept here. */
  give(bytes: number): void {
    this.#incoming -= bytes;
  }

  /** Readers may hold half of the room, so that they close it to nobody: beyond that the slowest are cut off. */
  #look(): void {
    const unread = [...this.#connections].map((socket) => ({ socket, bytes: socket.writableLength }));
    this.#unread = unread.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.#unread <= this.#most / 2) return;
    for (const { socket, bytes } of unread.sort((one, other) => other.bytes - one.bytes)) {
      if (this.#unread <= this.#most / 2) return;
      socket.destroy();
      this.#unread -= bytes;
      this.#onCut(bytes);
    }
  }

  #forget(socket: Socket): void {
    this.#connections.delete(socket);
    if (this.#connections.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unread = 0;
  }
}
