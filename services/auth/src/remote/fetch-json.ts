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

export interface JsonAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Undefined for 304. */
  readonly value: unknown;
}

const longestBody = 16_384;

/**
 * Fetches a JSON document from a URL that a stranger named (oauth-wire 4.2.2, 4.2.3): a GET with nothing of ours in it, no
 * redirects, bounded in time and size, no proxy. If any address of the name is not allowed, none is connected to; the
 * connection goes to an address that was judged, so that the name cannot mean another one by then (DNS rebinding).
 * @param validators conditional request headers
 * @throws an Error whose message is fit for the log
 */
export async function fetchJson(
  url: string,
  network: Network,
  validators: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const cancel = new AbortController();
  try {
    return await withinDeadline(fetchUnlimited(url, network, validators, cancel.signal), network.timeLimit);
  } finally {
    cancel.abort();
  }
}

async function fetchUnlimited(
  url: string,
  network: Network,
  validators: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<JsonAnswer> {
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
    headers: { Accept: "application/json", ...validators },
    lookup: lookupOf(addresses),
    agent: false, // no connection of an earlier, differently judged name, and no proxy
    rejectUnauthorized: true,
    ...(network.ca === undefined ? {} : { ca: network.ca }),
    signal,
  }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return await readAnswer(answer);
}

function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [{ address, family } = { address: "", family: 0 }] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, address, family);
  };
}

async function readAnswer(answer: IncomingMessage): Promise<JsonAnswer> {
  const headers = answer.headers as Record<string, string | undefined>;
  if (answer.statusCode === 304) return { status: 304, headers, value: undefined };
  if (answer.statusCode !== 200) throw new Error(`the status is ${answer.statusCode}`);
  if (!/^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i.test(headers["content-type"] ?? "")) {
    throw new Error("the media type is not JSON");
  }
  return { status: 200, headers, value: JSON.parse(await readText(answer)) };
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) throw new Error(`the body is longer than ${longestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
