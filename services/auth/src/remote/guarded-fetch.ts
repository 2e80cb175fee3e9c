import type { IncomingMessage } from "node:http";
import { guardedRequest, type Network, readBytes } from "@gateway/public-network";

/** What is asked of a stranger's host. */
export interface Asked {
  /** Media types, for `Accept`. */
  readonly accept: string;
  /** Bytes of a body that are read; a longer one is refused. */
  readonly longest: number;
  /** Conditional request headers. */
  readonly validators: Readonly<Record<string, string>>;
}

/** An answer, whatever its value was made of; undefined for 304. */
export interface RemoteAnswer<Value> {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly value: Value | undefined;
}

/** Its owner does not stand by this document: it is not there any more, or is none. Other errors may be the way there. */
export class RefusedDocument extends Error {}

/**
 * Fetches what is at a URL that a stranger named (oauth-wire 4.2.2, 4.2.3): a GET with nothing of ours in it, as
 * `guardedRequest` sends it, and an answer that is bounded in size.
 * @throws an Error whose message is fit for the log
 */
export function guardedFetch(
  url: string,
  network: Network,
  { accept, longest, validators }: Asked,
): Promise<RemoteAnswer<Buffer>> {
  const headers = { Accept: accept, ...validators };
  return guardedRequest(url, network, { headers }, (answer) => readAnswer(answer, longest));
}

async function readAnswer(answer: IncomingMessage, longest: number): Promise<RemoteAnswer<Buffer>> {
  const headers = answer.headers as Record<string, string | undefined>;
  if (answer.statusCode === 304) return { status: 304, headers, value: undefined };
  if (answer.statusCode === 404 || answer.statusCode === 410)
    throw new RefusedDocument(`the status is ${answer.statusCode}`);
  if (answer.statusCode !== 200) throw new Error(`the status is ${answer.statusCode}`);
  return { status: 200, headers, value: await readBytes(answer, longest) };
}
