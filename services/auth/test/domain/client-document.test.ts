import { describe, expect, test } from "@jest/globals";
import { checkClientDocument } from "../../src/domain/client-document.ts";
import { signingClient } from "../fixtures/signing-client.ts";

const url = "https://app.example/client";
const good = { client_id: url, client_name: "App", redirect_uris: ["http://localhost/callback"] };
const signing = { token_endpoint_auth_method: "private_key_jwt" };

describe("client ID metadata documents (oauth-wire 4.2.4)", () => {
  test("describe a public client that may refresh, unless they say otherwise", () => {
    expect(checkClientDocument(url, { ...good, unknown: 1 })).toEqual({
      ok: true,
      value: {
        clientId: url,
        clientIdIssuedAt: 0,
        redirectUris: ["http://localhost/callback"],
        grantTypes: ["authorization_code", "refresh_token"],
        responseTypes: ["code"],
        tokenEndpointAuthMethod: "none",
        display: { client_name: "App" },
      },
    });
  });

  test("limit themselves to the grants that they name", () => {
    const checked = checkClientDocument(url, { ...good, grant_types: ["authorization_code", "password"] });
    expect(checked.ok && checked.value.grantTypes).toEqual(["authorization_code"]);
  });

  test.each([
    ["jwks", { jwks: signingClient().jwks }],
    ["jwks_uri", { jwks_uri: "https://app.example/jwks" }],
  ])("may prove themselves by keys in %s", (_where, keys) => {
    const checked = checkClientDocument(url, { ...good, ...signing, ...keys });
    expect(checked.ok && checked.value.tokenEndpointAuthMethod).toBe("private_key_jwt");
  });

  test.each([
    ["text", "x", "not_an_object"],
    ["a list", [good], "not_an_object"],
    ["no client_id", { ...good, client_id: undefined }, "another_client_id"],
    ["another client_id", { ...good, client_id: `${url}/` }, "another_client_id"],
    ["the same with the default port", { ...good, client_id: "https://app.example:443/client" }, "another_client_id"],
    ["the same host in other letters", { ...good, client_id: "https://APP.example/client" }, "another_client_id"],
    ["no name", { ...good, client_name: "" }, "no_name"],
    ["a secret", { ...good, client_secret: "x" }, "secret_in_it"],
    ["no redirect URI", { ...good, redirect_uris: [] }, "bad_metadata"],
    ["a bad redirect URI", { ...good, redirect_uris: ["javascript:alert(1)"] }, "bad_metadata"],
    ["a symmetric method", { ...good, token_endpoint_auth_method: "client_secret_basic" }, "bad_metadata"],
    ["no keys", { ...good, ...signing }, "bad_metadata"],
    ["a private key", { ...good, ...signing, jwks: { keys: [{ kty: "EC", d: "x" }] } }, "secret_in_it"],
    [
      "a private key that its method does not use",
      { ...good, jwks: { keys: [{ kty: "EC", d: "x" }] } },
      "secret_in_it",
    ],
    ["a symmetric key", { ...good, jwks: { keys: [{ kty: "oct", k: "x" }] } }, "secret_in_it"],
    ["keys at a private address", { ...good, ...signing, jwks_uri: "https://127.0.0.1/jwks" }, "bad_metadata"],
    ["keys on this machine", { ...good, ...signing, jwks_uri: "http://localhost:3000/jwks" }, "bad_metadata"],
  ])("are refused with %s", (_what, document, refusal) => {
    expect(checkClientDocument(url, document)).toEqual({ ok: false, refusal });
  });

  describe("on this machine, which are fetched in development alone,", () => {
    const local = "http://localhost:3000/client";
    const check = (jwks_uri: string) => checkClientDocument(local, { ...good, ...signing, client_id: local, jwks_uri });

    test.each([["http://10.0.0.1/jwks"], ["http://localhost.evil.example/jwks"], ["http://app.example/jwks"]])(
      "may not have their keys at %s",
      (url) => expect(check(url)).toEqual({ ok: false, refusal: "bad_metadata" }),
    );

    test.each([["http://localhost:3000/jwks"], ["http://127.0.0.1:3001/jwks"], ["https://app.example/jwks"]])(
      "may have their keys at %s",
      (url) => expect(check(url)).toMatchObject({ ok: true, value: { jwksUri: url } }),
    );
  });
});
