import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Network } from "./network.ts";

/** What is asked of a stranger's host; nothing of ours goes with it. */
export interface Asked {
  /** GET by default. */
  readonly method?: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

/**
 * Sends one request to a URL that a stranger named (oauth-wire 4.2.2, 4.2.3): no redirect is followed, no proxy asked, and
 * time is bounded. If any address of the name is not allowed, none is connected to; the connection goes to an address that
 * was judged, so that the name cannot mean another one by then (DNS rebinding).
 * @param read makes something of the answer, within the same time; what it leaves unread is thrown away
 * @throws an Error whose message is fit for the log
 */
export async function guardedRequest<Value>(
  url: string,
  network: Network,
  asked: Asked,
  read: (answer: IncomingMessage) => Promise<Value>,
): Promise<Value> {
  const end = new AbortController();
  const over = asked.signal === undefined ? end.signal : AbortSignal.any([end.signal, asked.signal]);
  const late = () => end.abort(new Error(`no answer within ${network.timeLimit} ms`));
  const timer = setTimeout(late, network.timeLimit);
  try {
    const work = exchange(new URL(url), network, asked, over).then(read);
    return await Promise.race([work, rejectionBy(over)]);
  } finally {
    clearTimeout(timer);
    end.abort();
  }
}

/** Rejects with the reason of a signal: neither a resolver nor a reader need know of it. */
function rejectionBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

async function exchange(url: URL, network: Network, asked: Asked, signal: AbortSignal): Promise<IncomingMessage> {
  const addresses = await addressesOf(url, network);
  if (addresses.length === 0 || !addresses.every(({ address }) => network.isAllowed(address))) {
    throw new Error("the host has an address that may not be connected to");
  }
  signal.throwIfAborted();
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const sent = request({
    hostname: bare(url.hostname),
    port: network.port ?? url.port,
    path: `${url.pathname}${url.search}`,
    method: asked.method ?? "GET",
    headers: asked.headers,
    lookup: lookupOf(addresses),
    agent: false, // no connection of an earlier, differently judged name, and no proxy
    rejectUnauthorized: true,
    ...(network.ca === undefined ? {} : { ca: network.ca }),
    signal,
  }).end(asked.body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return answer;
}

/** Of a name what the network says. `URL` has written every spelling of an address (`0x7f.1`, `2130706433`) as the one. */
async function addressesOf({ hostname }: URL, network: Network): Promise<readonly LookupAddress[]> {
  const address = bare(hostname);
  const family = isIP(address);
  return family === 0 ? await network.resolve(hostname) : [{ address, family }];
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [{ address, family } = { address: "", family: 0 }] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, address, family);
  };
}
