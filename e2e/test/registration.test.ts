import { expect } from "@jest/globals";
import * as oauth from "oauth4webapi";
import { hostDocument } from "../src/document-host.ts";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import {
  discover,
  onLoopback,
  redirectUri,
  registerIndependently,
  signInIndependently,
} from "../src/independent-client.ts";
import { PlainBrowser } from "../src/person.ts";
import { declarationOf } from "../src/servers.ts";

const secret = "e2e-resource-server-secret-0123456789";
const gatewaySettings = {
  cimd: { loopback: true },
  clients: [{ id: "resource-server", secret: `$\{env:RS_SECRET}`, introspect: true }],
};

const toMemory = (gateway: Gateway) => ({ resource: gateway.mcpUrl("memory"), browser: new PlainBrowser() });

async function signingKeys() {
  const { publicKey, privateKey } = await oauth.generateKeyPair("ES256");
  const jwk = { ...(await crypto.subtle.exportKey("jwk", publicKey)), kid: "k1" };
  return { jwks: { keys: [jwk] }, authentication: oauth.PrivateKeyJwt({ key: privateKey, kid: "k1" }) };
}

describeThroughBothEdges(
  () => ({
    declaration: { ...declarationOf("memory"), gateway: gatewaySettings },
    env: { RS_SECRET: secret },
  }),
  (test) => {
    test("a client reads, changes and deletes its registration (RFC 7592)", async (gateway) => {
      const as = await discover(gateway.origin);
      const client = await registerIndependently(as, { token_endpoint_auth_method: "none", client_name: "Before" });
      const tokens = await signInIndependently(as, client, oauth.None(), toMemory(gateway));
      const uri = new URL(String(client.registration_client_uri));
      const ask = (method: string, body: object | null = null) =>
        oauth.protectedResourceRequest(
          String(client.registration_access_token),
          method,
          uri,
          new Headers(body === null ? {} : { "content-type": "application/json" }),
          body === null ? null : JSON.stringify(body),
          onLoopback,
        );
      expect(await (await ask("GET")).json()).toMatchObject({ client_name: "Before" });
      const change = { client_id: client.client_id, redirect_uris: [redirectUri], client_name: "After" };
      const changed = await ask("PUT", { ...change, token_endpoint_auth_method: "none" });
      expect(await changed.json()).toMatchObject({ client_id: client.client_id, client_name: "After" });
      expect((await ask("DELETE")).status).toBe(204);
      await expect(ask("GET")).rejects.toThrow(oauth.WWWAuthenticateChallengeError);
      const verdict = await fetch(gateway.mcpUrl("memory"), {
        method: "POST",
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      expect(verdict.status).toBe(401);
    });

    test("a client proves itself by private_key_jwt: code, refresh, revocation", async (gateway) => {
      const as = await discover(gateway.origin);
      const { jwks, authentication } = await signingKeys();
      const metadata = { token_endpoint_auth_method: "private_key_jwt", jwks };
      const client = await registerIndependently(as, metadata as never);
      const tokens = await signInIndependently(as, client, authentication, toMemory(gateway));
      const refreshToken = String(tokens.refresh_token);
      const refreshed = await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken, onLoopback);
      const { refresh_token } = await oauth.processRefreshTokenResponse(as, client, refreshed);
      const revoked = await oauth.revocationRequest(as, client, authentication, String(refresh_token), onLoopback);
      await oauth.processRevocationResponse(revoked);
    });

    test("a declared resource server asks about a token (RFC 7662)", async (gateway) => {
      const as = await discover(gateway.origin);
      const client = await registerIndependently(as, { token_endpoint_auth_method: "none" });
      const { access_token } = await signInIndependently(as, client, oauth.None(), toMemory(gateway));
      const resourceServer = { client_id: "resource-server" };
      const basic = oauth.ClientSecretBasic(secret);
      const ask = async () => {
        const response = await oauth.introspectionRequest(as, resourceServer, basic, access_token, onLoopback);
        return await oauth.processIntrospectionResponse(as, resourceServer, response);
      };
      expect(await ask()).toMatchObject({ active: true, aud: gateway.mcpUrl("memory"), client_id: client.client_id });
      await oauth.revocationRequest(as, client, oauth.None(), access_token, onLoopback);
      expect(await ask()).toEqual({ active: false });
    });

    test("a client is who its document says, without registering", async (gateway) => {
      const as = await discover(gateway.origin);
      expect(as).toMatchObject({ client_id_metadata_document_supported: true });
      const { jwks, authentication } = await signingKeys();
      await using host = await hostDocument((origin) => ({
        client_id: `${origin}/client`,
        client_name: "Described elsewhere",
        redirect_uris: ["http://127.0.0.1/callback"],
        token_endpoint_auth_method: "private_key_jwt",
        jwks,
      }));
      const tokens = await signInIndependently(as, { client_id: host.clientId }, authentication, toMemory(gateway));
      expect(tokens.refresh_token).toEqual(expect.any(String));
    });
  },
);
