import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Pieces } from "../pieces.ts";
import type { Buffered } from "./buffered.ts";
import { Refusal } from "./refusal.ts";

const largestDrain = 64 * 1024 * 1024;
const longestDrain = 5_000;

/** What bodies are held to. */
export interface BodyLimits {
  /** Bytes of the largest one. */
  readonly messageSize: number;
  /** The room for all that are coming in. */
  readonly buffered: Buffered;
}

/** The same for the bodies of one user; empty while it is not known whose one is. */
export interface UserBodyLimits extends BodyLimits {
  readonly user: string;
}

/** Refuses a body whose announced length is too large, before a byte of it is read. */
export function checkContentLength(req: IncomingMessage, { messageSize }: BodyLimits): void {
  if (announcedLength(req) > messageSize) throw tooLarge(messageSize);
}

function tooLarge(messageSize: number): Refusal {
  return new Refusal("too_large", { data: `A body has at most ${messageSize} bytes` });
}

function announcedLength(req: IncomingMessage): number {
  return Number(req.headers["content-length"] ?? 0);
}

/**
 * Reads the whole body, in pieces as they come.
 * @throws {Refusal} `too_large` beyond the limit, `too_busy` where there is no room for it, `parse_error` when it breaks off
 */
export function readBody(req: IncomingMessage, limits: UserBodyLimits): Promise<readonly Buffer[]> {
  if (!limits.buffered.hasRoom(announcedLength(req), limits.user)) throw new Refusal("too_busy");
  return readBytes(req, limits);
}

/** A body as text. @throws {Refusal} `parse_error` when it is no UTF-8 */
export function decodeBody(chunks: readonly Buffer[]): string {
  const [only = Buffer.of(), ...others] = chunks;
  const bytes = others.length === 0 ? only : Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw new Refusal("parse_error"); // RFC 8259 8.1: JSON is UTF-8
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf; // which a parser may ignore
  return bytes.toString("utf8", hasMark ? 3 : 0);
}

/** A body that is being read. */
interface Reading {
  readonly pieces: Pieces;
  readonly resolve: (body: readonly Buffer[]) => void;
  readonly reject: (refusal: Refusal) => void;
}

// Not `for await`: leaving that loop early destroys the socket, and with it the answer. The listeners stay, as taking
// them off costs more than the rest; but nothing of the body stays with them, nor a promise of it: the request lives
// until its answer ends. A connection that breaks closes the request, and is an error only to who listens for one.
function readBytes(req: IncomingMessage, { messageSize, buffered, user }: UserBodyLimits): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    let reading: Reading | undefined = { pieces: new Pieces(), resolve, reject };
    let length = 0;
    const settle = () => {
      const settled = reading;
      if (settled !== undefined) buffered.give(length, user);
      reading = undefined;
      return settled;
    };
    const refuse = (refusal: Refusal) => {
      req.pause().off("data", take);
      settle()?.reject(refusal);
    };
    const take = (chunk: Buffer) => {
      if (length + chunk.length > messageSize) return refuse(tooLarge(messageSize));
      if (!buffered.take(chunk.length, user)) return refuse(new Refusal("too_busy"));
      reading?.pieces.add(chunk);
      length += chunk.length;
    };
    const finish = () => {
      const settled = settle();
      settled?.resolve(settled.pieces.take());
    };
    req.on("data", take).on("end", finish);
    req.on("close", () => settle()?.reject(new Refusal("parse_error"))); // the client went away in the middle
  });
}

/** Reads on and forgets, within bounds: a client that is still sending would not see an answer before its end. */
export function drain(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longestDrain);
    let length = 0;
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    if (req.readableEnded || req.destroyed) return done();
    req.once("end", done).once("close", done).once("error", done);
    req.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > largestDrain) done();
    });
    req.resume();
  });
}
