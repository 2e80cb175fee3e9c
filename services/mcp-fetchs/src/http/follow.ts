import { guardedRequest, type Network } from "@gateway/public-network";
import { parseDestination } from "../domain/destination.ts";
import { FetchRefused } from "../domain/fetch-refused.ts";
import { type Hop, isRedirect, mostRedirects, nextHop } from "../domain/next-hop.ts";
import { type Answer, readAnswer } from "./read-answer.ts";

export interface Following {
  /** With the milliseconds that all hops may take together. */
  readonly network: Network;
  readonly allowedDomains: readonly string[];
  readonly signal?: AbortSignal;
}

/** Fetches, and follows redirects: every hop is judged as the first was. @throws {FetchRefused} */
export async function follow(first: Hop, following: Following): Promise<Answer & { readonly url: URL }> {
  const end = performance.now() + following.network.timeLimit;
  let hop = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await exchange(hop, following, end);
    const { location } = answer.headers;
    if (!isRedirect(answer.status) || location === undefined) return { ...answer, url: hop.url };
    hop = nextHop(hop, answer.status, parseDestination(location, following.allowedDomains, hop.url));
  }
  throw new FetchRefused(`More than ${mostRedirects} redirects; the last leads to ${hop.url.origin}`);
}

async function exchange(
  { url, method, headers, body }: Hop,
  { network, signal }: Following,
  end: number,
): Promise<Answer> {
  const left = { ...network, timeLimit: Math.max(1, Math.round(end - performance.now())) };
  const asked = {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    return await guardedRequest(url.href, left, asked, readAnswer);
  } catch (error) {
    if (error instanceof FetchRefused) throw error;
    throw new FetchRefused(`${url.origin} could not be fetched: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message === "" || message === undefined ? (code ?? "no reason given") : message;
}
