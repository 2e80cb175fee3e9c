import { expect } from "@jest/globals";
import { CallbackListener, clickThrough, openChromium } from "../src/chromium.ts";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { authorizationRequest, exchange, register } from "../src/oauth.ts";
import { declarationOf } from "../src/servers.ts";
import { watch } from "../src/wiretap.ts";

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

/** What `discover` reads of all the documents and answers. */
type Answer = { authorization_servers?: string[] } & Partial<
  Record<"resource" | "registration_endpoint" | "token_endpoint" | "client_id" | "error", string>
>;

/** What a web page that is a client asks before it has a token, by `fetch`; runs within the page. */
async function discover({ mcpUrl, redirectUri }: { mcpUrl: string; redirectUri: string }) {
  const sent = {
    method: "POST",
    headers: { "content-type": "application/json", "mcp-protocol-version": "2025-11-25" },
  };
  const challenge = (await fetch(mcpUrl, { ...sent, body: "{}" })).headers.get("www-authenticate");
  const json = async (url = "", request: object = sent) => (await (await fetch(url, request)).json()) as Answer;
  const resource = await json(/resource_metadata="([^"]+)"/.exec(challenge ?? "")?.[1] ?? "", {
    headers: sent.headers,
  });
  const [issuer] = resource.authorization_servers ?? [];
  const server = await json(`${issuer}/.well-known/oauth-authorization-server`, { headers: sent.headers });
  const metadata = { redirect_uris: [redirectUri], token_endpoint_auth_method: "none" };
  const client = await json(server.registration_endpoint, { ...sent, body: JSON.stringify(metadata) });
  const form = new URLSearchParams({ grant_type: "authorization_code", code: "x", client_id: `${client.client_id}` });
  const refusal = await json(server.token_endpoint, { method: "POST", body: form });
  return { challenge, resource: resource.resource, clientId: client.client_id, error: refusal.error };
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

    test(
      "a web page of another origin can read the challenge and the documents, register and ask for a token",
      async (gateway: Gateway) => {
        await using listener = await CallbackListener.start();
        await using browser = await openChromium();
        const page = await browser.newPage();
        watch(page);
        await page.goto(new URL("/", listener.redirectUri).href);
        const found = await page.evaluate(discover, {
          mcpUrl: gateway.mcpUrl("headers"),
          redirectUri: listener.redirectUri,
        });
        expect(found).toEqual({
          challenge: expect.stringContaining("resource_metadata="),
          resource: gateway.mcpUrl("headers"),
          clientId: expect.stringMatching(/^client_/),
          error: "invalid_grant",
        });
      },
      "chromium",
    );
  },
);
