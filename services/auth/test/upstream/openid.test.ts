import { expect, test } from "@jest/globals";
import { openIdProvider } from "../../src/upstream/openid.ts";
import { clientId, clientSecret, startFakeOpenIdProvider } from "../fixtures/fake-openid-provider.ts";

const signIn = { state: "s", prompt: undefined };

test.each(["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"])(
  "an OpenID provider that never answers at %s is given up",
  async (path) => {
    await using fake = await startFakeOpenIdProvider();
    const client = { issuer: `${fake.issuer}/`, clientId, clientSecret, scopes: "openid", name: "n", allowedUsers: [] };
    const provider = openIdProvider(client, {
      redirectUri: "http://localhost:8080/callback/oidc",
      clock: Date.now,
      patience: 200,
    });
    fake.claims = { sub: "1" };
    fake.answers.set(path, () => {});
    const signedIn = provider.begin(signIn).then(({ location, checks }) => {
      const answer = new URL(fake.approve(location)).searchParams;
      return provider.complete({ get: (name) => answer.get(name) ?? undefined }, checks);
    });
    await expect(signedIn).rejects.toMatchObject({ name: "UpstreamFailure", message: "no answer within 200 ms" });
  },
);
