import { describe, expect, test } from "@jest/globals";
import { isAuthentic, readClientCredentials } from "../../src/domain/client-authentication.ts";
import { readParameters } from "../../src/domain/parameters.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("client credentials (RFC 6749 2.3.1)", () => {
  test.each([
    ["nothing", undefined, {}, "no_client_id"],
    ["another scheme", "Bearer abc", {}, "malformed_basic"],
    ["no base64", "Basic ???", {}, "malformed_basic"],
    ["no colon", basic("a"), {}, "malformed_basic"],
    ["no id", basic(":s"), {}, "malformed_basic"],
    ["a stray percent sign in the id", basic("%zz:s"), {}, "malformed_basic"],
    ["Basic and a secret in the body", basic("a:s"), { client_secret: "s" }, "two_methods"],
    ["Basic and another id in the body", basic("a:s"), { client_id: "b" }, "two_methods"],
  ])("refuses %s", (_what, authorization, form, refusal) => {
    expect(readClientCredentials(authorization, readParameters(form))).toEqual({ ok: false, refusal });
  });

  test.each([
    ["an id alone", undefined, { client_id: "a" }, "none", "a", []],
    ["an empty secret", undefined, { client_id: "a", client_secret: "" }, "none", "a", []],
    ["post", undefined, { client_id: "a", client_secret: "s%2B+" }, "post", "a", ["s%2B+"]],
    ["Basic", basic("a:s"), {}, "basic", "a", ["s"]],
    ["Basic in any case", basic("a:s").replace("Basic", "bAsIc"), { client_id: "a" }, "basic", "a", ["s"]],
    ["form-encoded halves", basic("https%3A%2F%2Fa:s%2B+%3A"), {}, "basic", "https://a", ["s+ :", "s%2B+%3A"]],
    ["a secret that nobody encoded", basic("a:s+/=:%zz"), {}, "basic", "a", ["s+/=:%zz"]],
    ["Basic with an empty secret", basic("a:"), {}, "basic", "a", []],
  ])("reads %s", (_what, authorization, form, method, clientId, secrets) => {
    expect(readClientCredentials(authorization, readParameters(form))).toEqual({
      ok: true,
      value: { method, clientId, secrets },
    });
  });
});

describe("client authentication (security.md 16)", () => {
  test.each([
    ["a confidential client without a secret", "client_secret_basic", "kept", [], false],
    ["a wrong secret", "client_secret_post", "kept", ["shown"], false],
    ["a wrong secret, however it is read", "client_secret_basic", "kept", ["shown", "as sent"], false],
    ["a public client that shows a secret", "none", undefined, ["shown"], false],
    ["a confidential client whose secret is gone", "client_secret_basic", undefined, [], false],
    ["a public client", "none", undefined, [], true],
    ["the right secret", "client_secret_post", "kept", ["kept"], true],
    ["the right secret as it was sent", "client_secret_basic", "kept", ["decoded", "kept"], true],
  ] as const)("%s: %s", (_what, tokenEndpointAuthMethod, secretDigest, shown, authentic) => {
    const client = { tokenEndpointAuthMethod, ...(secretDigest === undefined ? {} : { secretDigest }) };
    expect(isAuthentic(client, shown)).toBe(authentic);
  });
});
