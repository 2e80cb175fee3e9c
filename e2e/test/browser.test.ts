import { expect } from "@jest/globals";
import { CallbackListener, clickThrough, openChromium } from "../src/chromium.ts";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { authorizationRequest, exchange, register } from "../src/oauth.ts";
import { declarationOf } from "../src/servers.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

/** Signs in to the server `headers` in a real browser; gives the pages that were shown and what the browser complained of. */
async function signInWithChromium({ origin, mcpUrl }: { origin: string; mcpUrl: string }) {
  await using listener = await CallbackListener.start();
  await using browser = await openChromium();
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  const complaints: string[] = [];
  page.on("console", (line) => complaints.push(line.text()));
  const client = await register(origin, "Chromium's client", listener.redirectUri);
  const request = authorizationRequest(origin, client, mcpUrl);
  const pages = await clickThrough(page, request.url, listener.redirectUri);
  const callback = await listener.callback;
  return {
    pages,
    complaints,
    callback,
    redirectUri: listener.redirectUri,
    tokens: await exchange(origin, client, request, callback),
  };
}

describeThroughBothEdges(
  () => ({ declaration: declarationOf("headers") }),
  (test) => {
    test(
      "a person signs in and agrees in Chromium, without JavaScript",
      async (gateway: Gateway) => {
        const mcpUrl = gateway.mcpUrl("headers");
        const { pages, complaints, callback, redirectUri, tokens } = await signInWithChromium({
          origin: gateway.origin,
          mcpUrl,
        });
        expect(callback.searchParams.get("iss")).toBe(gateway.origin);
        expect(pages.length).toBeGreaterThanOrEqual(2);
        expect(pages.join("\n")).toMatch(/anyone|loopback|this machine|this computer/i);
        for (const shown of ["Chromium's client", new URL(redirectUri).hostname, mcpUrl])
          expect(pages.at(-1)).toContain(shown);
        expect(complaints).toEqual([]);
        const answer = await post(mcpUrl, list, { authorization: `Bearer ${tokens.access_token}` });
        expect(answer.status).toBe(200);
        expect(answer.text).toContain('"alice"');
      },
      "chromium",
    );
  },
);
