import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { pathOf } from "./parts.ts";
import { refusal } from "./person.ts";
import { seen, watch } from "./wiretap.ts";

/** A real Chromium, without a window. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: pathOf("chromium"),
    // Root has no sandbox; a small machine has little shared memory.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
}

/** A client's loopback listener for the redirect (RFC 8252 7.3). */
export class CallbackListener implements AsyncDisposable {
  readonly #server = createServer((req, res) => {
    if (req.url?.startsWith("/callback")) this.#received(new URL(req.url, this.redirectUri));
    res.writeHead(200, { "content-type": "text/html" }).end("<title>Signed in</title>");
  });
  #received: (callback: URL) => void = () => undefined;
  /** The redirect, once it came. */
  readonly callback = new Promise<URL>((resolve) => {
    this.#received = resolve;
  });

  static async start(): Promise<CallbackListener> {
    const listener = new CallbackListener();
    listener.#server.listen(0, "127.0.0.1");
    await once(listener.#server, "listening");
    return listener;
  }

  get redirectUri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/callback`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Clicks through to the redirect as alice does: on each page the first button that does not refuse. Gives the pages' text. */
export async function clickThrough(page: Page, authorizationUrl: string, redirectUri: string): Promise<string[]> {
  const shown: string[] = [];
  watch(page);
  await page.goto(authorizationUrl);
  while (!page.url().startsWith(redirectUri)) {
    if (shown.length > 10) throw new Error(`still on ${page.url()}: ${shown.at(-1)}`);
    shown.push((await page.locator("main, body").last().textContent()) ?? "");
    const username = page.locator("input[name=username]");
    if ((await username.count()) > 0) await username.fill("alice");
    const onward = page.locator("form[method=post] button").filter({ hasNotText: refusal }).first();
    await Promise.all([page.waitForNavigation(), onward.click()]);
  }
  for (const { value } of await page.context().cookies()) seen.add("cookie", value);
  return shown;
}
