import type { Readable } from "node:stream";
import type { PlainBrowser } from "../person.ts";

/**
 * The authorization URL that a command-line client prints for the person to open. Rejects with all that was printed when
 * the stream ends without one.
 */
export function printedUrl(stream: Readable): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    // Stays attached: what is printed later must not fill the pipe.
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const [url] = /https?:\/\/\S+\/authorize\?\S+(?=\s)/.exec(printed) ?? [];
      if (url !== undefined) resolve(url);
    });
    stream.once("end", () => reject(new Error(`no authorization URL was printed:\n${printed}`)));
  });
}

/** Signs in at `authorizationUrl` and delivers the redirect to the client that listens for it. */
export async function followCallback(authorizationUrl: string, browser: PlainBrowser): Promise<void> {
  const redirectUri = new URL(authorizationUrl).searchParams.get("redirect_uri") ?? "";
  const { callback } = await browser.visit(authorizationUrl, redirectUri);
  const response = await fetch(callback);
  if (!response.ok)
    throw new Error(`the client answered its callback with ${response.status}: ${await response.text()}`);
}
