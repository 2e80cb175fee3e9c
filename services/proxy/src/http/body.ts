import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

const largestDrain = 64 * 1024 * 1024;
const longestDrain = 5_000;

/** Refuses a body whose announced length is too large, before a byte of it is read. */
export function checkContentLength(req: IncomingMessage, largestBody: number): void {
  if (Number(req.headers["content-length"] ?? 0) > largestBody) throw new Refusal("too_large");
}

/**
 * Reads the whole body as text.
 * @throws {Refusal} `too_large` beyond the limit, `parse_error` when it is no UTF-8
 */
export async function readBody(req: IncomingMessage, largestBody: number): Promise<string> {
  const bytes = await readBytes(req, largestBody);
  if (!isUtf8(bytes)) throw new Refusal("parse_error"); // RFC 8259 8.1: JSON is UTF-8
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf; // which a parser may ignore
  return bytes.toString("utf8", hasMark ? 3 : 0);
}

/** A body that is being read. */
interface Reading {
  readonly chunks: Buffer[];
  readonly resolve: (body: Buffer) => void;
  readonly reject: (refusal: Refusal) => void;
}

// Not `for await`: leaving that loop early destroys the socket, and with it the answer. The listeners stay, as taking
// them off costs more than the rest; but nothing of the body stays with them, nor a promise of it: the request lives
// until its answer ends. A connection that breaks closes the request, and is an error only to who listens for one.
function readBytes(req: IncomingMessage, largestBody: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let reading: Reading | undefined = { chunks: [], resolve, reject };
    let length = 0;
    const refuse = (refusal: "too_large" | "parse_error") => {
      reading?.reject(new Refusal(refusal));
      reading = undefined;
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largestBody) return void reading?.chunks.push(chunk);
      req.pause().off("data", take);
      refuse("too_large");
    };
    const finish = () => {
      const chunks = reading?.chunks ?? [];
      reading?.resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
      reading = undefined;
    };
    req.on("data", take).on("end", finish);
    req.on("close", () => reading !== undefined && refuse("parse_error")); // the client went away in the middle
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
