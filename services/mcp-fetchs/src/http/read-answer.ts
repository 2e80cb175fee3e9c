import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { readBytes } from "@gateway/public-network";
import { FetchRefused } from "../domain/fetch-refused.ts";
import { isRedirect } from "../domain/next-hop.ts";

/** Bytes, after decompression. */
const longestBody = 5_242_880;

/** The `Accept-Encoding` of what is read here (RFC 9110 12.5.3). */
export const acceptedEncodings = "gzip, deflate, br";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty for a redirect: it is not read. */
  readonly body: Buffer;
}

/** Reads an answer, decompressed, within bounds. */
export async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = answer;
  if (isRedirect(status) && headers.location !== undefined) return { status, headers, body: Buffer.alloc(0) };
  return { status, headers, body: await readBytes(decompressed(answer), longestBody) };
}

function decompressed(answer: IncomingMessage): Readable {
  const encoding = answer.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  const decompress = decompressorOf(encoding);
  // An answer that breaks off ends the decompression with its error, which its reader sees.
  return decompress === undefined ? answer : pipeline(answer, decompress, () => {});
}

function decompressorOf(encoding: string) {
  if (encoding === "identity") return undefined;
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  if (encoding === "deflate") return createInflate();
  if (encoding === "br") return createBrotliDecompress();
  throw new FetchRefused(`The answer is encoded as ${encoding}, which is not understood here`);
}
