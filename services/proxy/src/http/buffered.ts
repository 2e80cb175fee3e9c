import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Limits } from "../configuration/proxy-config.ts";
import { ShortLived } from "../short-lived.ts";

/** Bytes: of all users together, and of what one user sends. */
type Room = Pick<Limits, "buffered" | "bufferedOfUser">;

/** Between two looks at what clients have not read. */
const lookInterval = 250;

/**
 * What all clients of this proxy together have it keep: bodies that are coming in, and answers that they have not read
 * yet. Each of them has bounds of its own; many at their bounds would still be more than there is (security.md 21).
 */
export class Buffered {
  readonly #most: number;
  readonly #mostOfUser: number;
  readonly #ofUsers = new Map<string, number>();
  readonly #connections = new ShortLived<Socket>();
  readonly #onCut: (bytes: number) => void;
  #incoming = 0;
  #unread = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onCut is told of a reader that was cut off, and how much it had not read */
  constructor({ buffered, bufferedOfUser }: Room, onCut: (bytes: number) => void) {
    this.#most = buffered;
    this.#mostOfUser = bufferedOfUser;
    this.#onCut = onCut;
  }

  /** Of bodies that are coming in. */
  get incoming(): number {
    return this.#incoming;
  }

  /** Looks at a server's connections from now on. */
  watch(server: Server): void {
    server.on("connection", (socket) => {
      const id = this.#connections.newId();
      this.#connections.set(id, socket);
      this.#timer ??= setInterval(() => this.#look(), lookInterval).unref();
      socket.once("close", () => this.#forget(id));
    });
  }

  /** @param user whoever sends it; empty while that is not known */
  hasRoom(bytes: number, user: string): boolean {
    const ofUser = (this.#ofUsers.get(user) ?? 0) + bytes;
    return ofUser <= this.#mostOfUser && this.#incoming + this.#unread + bytes <= this.#most;
  }

  /** Counts more of a body that is coming in; false, and it is not counted, when there is no room for it. */
  take(bytes: number, user: string): boolean {
    if (!this.hasRoom(bytes, user)) return false;
    this.#incoming += bytes;
    this.#ofUsers.set(user, (this.#ofUsers.get(user) ?? 0) + bytes);
    return true;
  }

  /** That much of a body is no longer kept here. */
  give(bytes: number, user: string): void {
    this.#incoming -= bytes;
    const left = (this.#ofUsers.get(user) ?? 0) - bytes;
    if (left > 0) this.#ofUsers.set(user, left);
    else this.#ofUsers.delete(user);
  }

  /** Readers may hold half of the room, so that they close it to nobody: beyond that the slowest are cut off. */
  #look(): void {
    const unread = this.#connections.values().map((socket) => ({ socket, bytes: socket.writableLength }));
    this.#unread = unread.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.#unread <= this.#most / 2) return;
    for (const { socket, bytes } of unread.sort((one, other) => other.bytes - one.bytes)) {
      if (this.#unread <= this.#most / 2) return;
      socket.destroy();
      this.#unread -= bytes;
      this.#onCut(bytes);
    }
  }

  #forget(id: number): void {
    this.#connections.delete(id);
    if (this.#connections.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unread = 0;
  }
}
