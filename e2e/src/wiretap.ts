import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Credentials, seeBody, seeForm, seeHeaders, seeUrl } from "@gateway/canary";
import type { Response as BrowserResponse, Page } from "playwright-core";

/** Every credential that the clients of this test file, and the fakes around them, have sent or got. */
export const seen = new Credentials();

interface Message {
  readonly url?: string;
  readonly headers?: Iterable<readonly [string, string | readonly string[] | number | undefined]>;
  readonly body?: string;
}

/** Remembers the credentials of a request or an answer. */
export function see({ url = "", headers = [], body = "" }: Message): void {
  seeUrl(seen, url);
  seeHeaders(seen, headers);
  if (/^[\w.-]+=/.test(body)) seeForm(seen, body);
  else seeBody(seen, body);
}

/** Remembers what a client of its own process keeps in a folder. */
export async function seeFolder(folder: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const text = await readFile(join(parentPath, name), "utf8");
    if (name.endsWith(".json")) see({ body: text });
    if (name.endsWith("code_verifier.txt")) seen.add("code_verifier", text.trim());
  }
}

/** Remembers what a page of a real browser sends and gets, from now on. */
export function watch(page: Page): void {
  page.on("request", (request) => see({ url: request.url(), body: request.postData() ?? "" }));
  // What is asked of a page that has been left may be answered never, so nothing waits for it.
  page.on("response", (response) => void seeResponse(response).catch(() => undefined));
}

async function seeResponse(response: BrowserResponse): Promise<void> {
  see({ headers: Object.entries(await response.request().allHeaders()) });
  see({ headers: (await response.headersArray()).map(({ name, value }) => [name, value]) });
  if (hasAnEnd(response.headers()["content-type"])) see({ body: await response.text() });
}

// An event stream has no end that one could wait for.
function hasAnEnd(contentType = ""): boolean {
  return /^(?:application\/json|text\/html)/.test(contentType);
}

const untapped = globalThis.fetch;

// SDKs and independent clients have a fetch of their own that is this one; so none of them need be told.
globalThis.fetch = async (input, init) => {
  const asked = input instanceof Request ? input : undefined;
  const body = init?.body;
  see({
    url: asked?.url ?? String(input),
    headers: new Headers(init?.headers ?? asked?.headers),
    body: typeof body === "string" || body instanceof URLSearchParams ? String(body) : "",
  });
  const response = await untapped(input, init);
  see({ headers: response.headers });
  if (hasAnEnd(response.headers.get("content-type") ?? "")) see({ body: await response.clone().text() });
  return response;
};
