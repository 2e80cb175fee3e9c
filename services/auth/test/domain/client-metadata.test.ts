import { describe, expect, test } from "@jest/globals";
import { checkClientMetadata } from "../../src/domain/client-metadata.ts";

const redirect_uris = ["https://a.example/cb"];

describe("client metadata (RFC 7591 2)", () => {
  test.each([
    ["nothing", undefined, "invalid_client_metadata"],
    ["null", null, "invalid_client_metadata"],
    ["a list", [{ redirect_uris }], "invalid_client_metadata"],
    ["a text", "x", "invalid_client_metadata"],
    ["no redirect_uris", {}, "invalid_client_metadata"],
    ["no redirect URI", { redirect_uris: [] }, "invalid_client_metadata"],
    ["a redirect URI that is no text", { redirect_uris: [7] }, "invalid_client_metadata"],
    ["eleven of them", { redirect_uris: Array(11).fill("https://a.example/cb") }, "invalid_client_metadata"],
    ["one bad among good", { redirect_uris: [...redirect_uris, "http://a.example/"] }, "invalid_redirect_uri"],
    ["javascript", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
    ["private_key_jwt", { redirect_uris, token_endpoint_auth_method: "private_key_jwt" }, "invalid_client_metadata"],
    ["an unknown method", { redirect_uris, token_endpoint_auth_method: "magic" }, "invalid_client_metadata"],
    ["no grant that is supported", { redirect_uris, grant_types: ["password"] }, "invalid_client_metadata"],
    ["refresh alone", { redirect_uris, grant_types: ["refresh_token"] }, "invalid_client_metadata"],
    ["the implicit flow", { redirect_uris, response_types: ["token"] }, "invalid_client_metadata"],
    ["a name of 129", { redirect_uris, client_name: "x".repeat(129) }, "invalid_client_metadata"],
    ["a script as logo", { redirect_uris, logo_uri: "javascript:x" }, "invalid_client_metadata"],
    ["an unknown kind", { redirect_uris, application_type: "toaster" }, "invalid_client_metadata"],
    ["a software statement", { redirect_uris, software_statement: "e30" }, "invalid_software_statement"],
  ])("refuses %s", (_what, requested, error) => {
    expect(checkClientMetadata(requested)).toEqual({ error, description: expect.any(String) });
  });

  test("names the redirect URI that is bad", () => {
    const decision = checkClientMetadata({ redirect_uris: ["http://evil.example/x"] });
    expect(decision).toMatchObject({ description: expect.stringContaining('"http://evil.example/x"') });
  });

  test("says what is wrong in ASCII alone, whatever was sent (RFC 7591 3.2.2)", () => {
    const decision = checkClientMetadata({ redirect_uris: ["hättp://x/\u{1f600}\n"] });
    expect(decision).toMatchObject({ description: expect.stringMatching(/^redirect_uris: "h\\u00e4ttp:[ -~]+$/) });
  });

  test("fills in the defaults of RFC 7591", () => {
    expect(checkClientMetadata({ redirect_uris })).toEqual({
      metadata: {
        redirectUris: redirect_uris,
        grantTypes: ["authorization_code"],
        responseTypes: ["code"],
        tokenEndpointAuthMethod: "client_secret_basic",
        display: {},
      },
    });
  });

  test("a client of the device flow alone needs no redirect URI (RFC 7591 2)", () => {
    const grant_types = ["urn:ietf:params:oauth:grant-type:device_code"];
    const metadata = { redirectUris: [], grantTypes: grant_types, responseTypes: [] };
    expect(checkClientMetadata({ grant_types })).toMatchObject({ metadata });
  });

  test("drops unknown grants and unknown members, takes null and an empty text for absent, and keeps what is shown", () => {
    const requested = {
      redirect_uris,
      grant_types: ["authorization_code", "refresh_token", "urn:example:other"],
      client_name: "Claude <b>",
      application_type: "web",
      logo_uri: null,
      client_uri: "",
      scope: "",
      jwks: {},
      "client_name#de": "Klaus",
    };
    const decision = checkClientMetadata(requested);
    expect(decision).toMatchObject({
      metadata: {
        grantTypes: ["authorization_code", "refresh_token"],
        display: { client_name: "Claude <b>", application_type: "web" },
      },
    });
  });
});
