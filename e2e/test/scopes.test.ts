import { expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { messageOf, post, send } from "../src/http.ts";
import { authorizationRequest, exchange, type RegisteredClient, register, type Tokens } from "../src/oauth.ts";
import type { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";
import { initialize } from "../src/suites/wire.ts";

interface Person {
  readonly gateway: Gateway;
  readonly client: RegisteredClient;
  readonly browser: PlainBrowser;
}

/** Asks for a scope, as a client does that was told it by a challenge; gives the tokens and the page of consent. */
async function authorize(
  { gateway, client, browser }: Person,
  scope: string,
): Promise<{ tokens: Tokens; page: string }> {
  const request = authorizationRequest(gateway.origin, client, gateway.mcpUrl("scoped"), scope);
  const { callback, pages } = await browser.visit(request.url, client.redirectUri);
  const tokens = await exchange(gateway.origin, client, request, callback);
  return { tokens, page: pages.find(({ url }) => url.includes("/consent"))?.html ?? "" };
}

const headersOf = ({ access_token }: Tokens) => ({ authorization: `Bearer ${access_token}` });
const call = (name: string) => ({ jsonrpc: "2.0", id: name, method: "tools/call", params: { name } });
const scopeOf = (challenge: unknown) => /scope="([^"]*)"/.exec(`${challenge}`)?.[1] ?? "";

describeThroughBothEdges(
  () => ({ declaration: declarationOf("scoped", "memory") }),
  (test) => {
    test("a client steps up by what the challenge names, and its old token stays good for the rest", async (gateway) => {
      const url = gateway.mcpUrl("scoped");
      const { pathname } = new URL(url);
      const person = { gateway, client: await register(gateway.origin), browser: gateway.browser() };

      const narrow = await authorize(person, "mcp");
      expect(narrow.tokens.scope).toBe("mcp");
      expect(narrow.page).not.toContain("process number");
      const { headers } = await post(url, initialize, headersOf(narrow.tokens));
      const session = { "mcp-session-id": `${headers["mcp-session-id"]}`, "mcp-protocol-version": "2025-11-25" };
      const before = { ...headersOf(narrow.tokens), ...session };
      expect((await post(url, call("environment"), before)).status).toBe(200);

      const refused = await post(url, call("pid"), before);
      expect(refused.status).toBe(403);
      const document = `${gateway.origin}/.well-known/oauth-protected-resource${pathname}`;
      expect(refused.headers["www-authenticate"]).toBe(
        `Bearer realm="mcp", resource_metadata="${document}", scope="mcp process:see", ` +
          'error="insufficient_scope", error_description="The token lacks a scope that this operation needs"',
      );
      expect(messageOf(refused)).toMatchObject({ id: "pid", error: { code: -32000 } });
      expect(JSON.parse((await send(document)).text)).toMatchObject({ resource: url, scopes_supported: ["mcp"] });

      const wide = await authorize(person, scopeOf(refused.headers["www-authenticate"]));
      expect(wide.page).toMatch(/New, it will also be able to:[\s\S]*see its process number[\s\S]*As before/);
      expect(wide.page).not.toContain("end its process");
      expect(wide.tokens.scope).toBe("mcp process:see");
      const after = { ...headersOf(wide.tokens), ...session };
      expect((await post(url, call("pid"), after)).text).toMatch(/"text":"\d+"/);
      expect((await post(url, call("exit"), after)).status).toBe(403);

      expect((await post(url, call("environment"), before)).status).toBe(200);
      expect((await post(url, call("pid"), before)).status).toBe(403);
    });

    test("the first challenge names every scope, and a token for them all is not asked for more", async (gateway) => {
      const url = gateway.mcpUrl("scoped");
      const unknown = await post(url, initialize);
      expect(unknown.status).toBe(401);
      const scope = scopeOf(unknown.headers["www-authenticate"]);
      expect(scope).toBe("mcp process:see process:end");
      const person = { gateway, client: await register(gateway.origin), browser: gateway.browser() };
      const { tokens, page } = await authorize(person, scope);
      for (const words of ["see its process number", "end its process"]) expect(page).toContain(words);
      const { headers } = await post(url, initialize, headersOf(tokens));
      const session = { ...headersOf(tokens), "mcp-session-id": `${headers["mcp-session-id"]}` };
      expect((await post(url, call("pid"), session)).status).toBe(200);
    });

    test("a browser of another origin can read the challenge", async (gateway) => {
      const person = { gateway, client: await register(gateway.origin), browser: gateway.browser() };
      const { tokens } = await authorize(person, "mcp");
      const origin = "http://localhost:6274";
      const refused = await post(gateway.mcpUrl("scoped"), call("pid"), { ...headersOf(tokens), origin });
      expect(refused.status).toBe(403);
      expect(refused.headers["access-control-allow-origin"]).toBe(origin);
      expect(refused.headers["access-control-expose-headers"]?.toLowerCase()).toContain("www-authenticate");
    });
  },
);
