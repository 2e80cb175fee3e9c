import { IncomingMessage, maxHeaderSize, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@gateway/telemetry";
import { sendError } from "./answers.ts";
import { unreadableAnswer } from "./domain/unreadable-request.ts";

const lingerTime = 2_000; // ms

/** Has a server answer what it cannot read with a JSON error, in place of Node's bare status line. */
export function answerUnreadable(server: Server, logger: Logger): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (req: IncomingMessage, res: ServerResponse) => {
    answering.set(req.socket, res);
    res.once("close", () => answering.get(req.socket) === res && answering.delete(req.socket));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable) return; // the client has left, or has its answer and goes on sending
    logger.debug("unreadable request", { error: error.code });
    const res = answering.get(socket) ?? answerOn(socket);
    if (res.writableEnded) return linger(socket);
    const { status, description } = unreadableAnswer(error.code, {
      maxHeaderSize,
      requestTimeout: server.requestTimeout,
    });
    sendError(res, status, "invalid_request", description, { Connection: "close" });
  });
}

/** An answer to a request of which there is nothing but its connection. */
function answerOn(socket: Socket): ServerResponse {
  const res = new ServerResponse(new IncomingMessage(socket));
  res.assignSocket(socket);
  return res.once("finish", () => linger(socket));
}

/** RFC 9112 9.6: closed at once, with bytes of the client unread, it would be reset and the client lose the answer. */
function linger(socket: Socket): void {
  const cut = setTimeout(() => socket.destroy(), lingerTime).unref();
  socket.once("close", () => clearTimeout(cut)).end();
}
