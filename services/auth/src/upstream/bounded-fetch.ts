import { isLoopbackName } from "@gateway/config/auth";

/** Bytes; documents, keys and tokens of the largest providers are a tenth of it. */
const longestBody = 262_144;

type FetchOptions = Pick<RequestInit, "method" | "headers" | "body" | "signal">;

/**
 * `fetch` for what a provider that people sign in at answers: over https, or http on this machine; no redirect is
 * followed; the body is read whole, up to a bound. How long it may take is the caller's signal.
 * @throws an Error whose message is fit for the log
 */
export async function boundedFetch(url: string, options: FetchOptions): Promise<Response> {
  if (!isProtected(url)) throw new Error("the address is neither https nor on this machine");
  const answer = await fetch(url, { ...options, redirect: "manual" });
  const { status, headers } = answer;
  const body = await readBody(answer);
  // The body is not compressed any more. A status without a body refuses even an empty one.
  const kept = [...headers].filter(([name]) => !["content-encoding", "content-length"].includes(name));
  return new Response(body.length === 0 ? null : body, { status, headers: kept });
}

/** Whether nobody on the way can read or change what goes to this address. */
export function isProtected(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && isLoopbackName(hostname));
}

async function readBody({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > longestBody) throw new Error(`the answer is longer than ${longestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
