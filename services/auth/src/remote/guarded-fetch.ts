import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { withinDeadline } from "../deadline.ts";

/** How we reach hosts that strangers name. */
export interface Network {
  /** All addresses of a name, as `dns.lookup` gives them. */
  resolve(host: string): Promise<readonly LookupAddress[]>;
  /** Whether one may be connected to. */
  isAllowed(address: string): boolean;
  /** A port and a certificate authority of a test's own. */
  readonly port?: number;
  readonly ca?: string;
  /** Milliseconds for everything: name, connection, TLS, answer. */
  readonly timeLimit: number;
}

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

/**
 * Fetches what is at a URL that a stranger named (oauth-wire 4.2.2, 4.2.3): a GET with nothing of ours in it, no
 * redirects, bounded in time and size, no proxy. If any address of the name is not allowed, none is connected to; the
 * connection goes to an address that was judged, so that the name cannot mean another one by then (DNS rebinding).
 * @throws an Error whose message is fit for the log
 */
export async function guardedFetch(url: string, network: Network, asked: Asked): Promise<RemoteAnswer<Buffer>> {
  const cancel = new AbortController();
  try {
    return await withinDeadline(fetchUnlimited(url, network, asked, cancel.signal), network.timeLimit);
  } finally {
    cancel.abort();
  }
}

async function fetchUnlimited(
  url: string,
  network: Network,
  { accept, longest, validators }: Asked,
  signal: AbortSignal,
): Promise<RemoteAnswer<Buffer>> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const addresses = await network.resolve(hostname);
  if (addresses.length === 0 || !addresses.every(({ address }) => network.isAllowed(address))) {
    throw new Error("the host has an address that may not be connected to");
  }
  signal.throwIfAborted();
  const request = protocol === "https:" ? requestHttps : requestHttp;
  const sent = request({
    hostname,
    port: network.port ?? port,
    path: `${pathname}${search}`,
    headers: { Accept: accept, ...validators },
    lookup: lookupOf(addresses),
    agent: false, // no connection of an earlier, differently judged name, and no proxy
    rejectUnauthorized: true,
    ...(network.ca === undefined ? {} : { ca: network.ca }),
    signal,
  }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return await readAnswer(answer, longest);
}

function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [{ address, family } = { address: "", family: 0 }] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, address, family);
  };
}

async function readAnswer(answer: IncomingMessage, longest: number): Promise<RemoteAnswer<Buffer>> {
  const headers = answer.headers as Record<string, string | undefined>;
  if (answer.statusCode === 304) return { status: 304, headers, value: undefined };
  if (answer.statusCode !== 200) throw new Error(`the status is ${answer.statusCode}`);
  return { status: 200, headers, value: await readBody(answer, longest) };
}

async function readBody(answer: IncomingMessage, longest: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longest) throw new Error(`the body is longer than ${longest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
