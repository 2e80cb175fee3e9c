import { expect } from "@jest/globals";
import * as oauth from "oauth4webapi";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";

const insecure = { [oauth.allowInsecureRequests]: true };
const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

/** A device that an independent client library plays: discovered, registered, and with its codes. */
async function beginDevice(gateway: Gateway) {
  const issuer = new URL(gateway.origin);
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
  const server = await oauth.processDiscoveryResponse(issuer, discovered);
  const grantType = "urn:ietf:params:oauth:grant-type:device_code";
  const metadata = { token_endpoint_auth_method: "none", grant_types: [grantType, "refresh_token"], redirect_uris: [] };
  const registered = await oauth.dynamicClientRegistrationRequest(server, metadata, insecure);
  const client = await oauth.processDynamicClientRegistrationResponse(registered);
  const parameters = { resource: gateway.mcpUrl("headers") };
  const asked = await oauth.deviceAuthorizationRequest(server, client, oauth.None(), parameters, insecure);
  const device = await oauth.processDeviceAuthorizationResponse(server, client, asked);
  const poll = async () => {
    const polled = await oauth.deviceCodeGrantRequest(server, client, oauth.None(), device.device_code, insecure);
    return await oauth.processDeviceCodeResponse(server, client, polled);
  };
  return { server, client, device, poll };
}

describeThroughBothEdges(
  () => ({ declaration: declarationOf("headers") }),
  (test) => {
    test("a device gets tokens once its person has entered the code and agreed", async (gateway) => {
      const { device, poll, server, client } = await beginDevice(gateway);
      const pages = await new PlainBrowser().walk(device.verification_uri_complete ?? "");
      expect(pages.map(({ title }) => title.split(" · ")[0])).toEqual([
        "Sign in",
        "Connect a device",
        "Allow An application without a name to use headers?",
        "Device connected",
      ]);
      const tokens = await poll();
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      expect((await post(gateway.mcpUrl("headers"), list, headers)).status).toBe(200);
      const refreshing = oauth.refreshTokenGrantRequest(
        server,
        client,
        oauth.None(),
        tokens.refresh_token ?? "",
        insecure,
      );
      const refreshed = await oauth.processRefreshTokenResponse(server, client, await refreshing);
      expect(refreshed.access_token).not.toBe(tokens.access_token);
    });

    test("a device waits, and is told of a refusal", async (gateway) => {
      const [waiting, refused] = [await beginDevice(gateway), await beginDevice(gateway)];
      await expect(waiting.poll()).rejects.toMatchObject({ error: "authorization_pending" });
      const bob = new PlainBrowser({
        username: "bob",
        consents: false,
        answers: { user_code: refused.device.user_code },
      });
      await bob.walk(refused.device.verification_uri);
      await expect(waiting.poll()).rejects.toMatchObject({ error: "slow_down" });
      await expect(refused.poll()).rejects.toMatchObject({ error: "access_denied" });
    });

    test("a personal access token opens its server until it is revoked", async (gateway) => {
      const alice = new PlainBrowser({ username: "alice", answers: { name: "nightly report" } });
      const page = (await alice.walk(`${gateway.origin}/account/tokens`)).at(-1);
      const [, token] = /<pre class="code"[^>]*>([^<]+)<\/pre>/.exec(page?.html ?? "") ?? [];
      const call = () => post(gateway.mcpUrl("headers"), list, { authorization: `Bearer ${token}` });
      expect((await call()).status).toBe(200);
      await alice.walk(`${gateway.origin}/account/tokens`); // the first button there is now the one that revokes it
      const { status, text } = await call();
      expect({ status, text }).toMatchObject({ status: 401, text: expect.stringContaining("revoked") });
    });
  },
);
