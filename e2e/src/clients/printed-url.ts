import { connect } from "node:net";
import type { Readable } from "node:stream";
import type { PlainBrowser } from "../person.ts";
import { until } from "../processes.ts";

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
  await untilListening(callback);
  const response = await fetch(callback);
  if (!response.ok)
    throw new Error(`the client answered its callback with ${response.status}: ${await response.text()}`);
}

/** mcp-remote prints its URL a moment before it listens: a person is never that fast. */
async function untilListening({ hostname, port }: URL): Promise<void> {
  const isOpen = () =>
    new Promise<true | undefined>((resolve) => {
      const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ""));
      socket.once("error", () => resolve(undefined));
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
    });
  await until(isOpen, () => `the client listening on ${hostname}:${port}`);
}
