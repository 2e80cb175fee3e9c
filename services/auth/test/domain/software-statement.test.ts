import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { checkSoftwareStatement } from "../../src/domain/software-statement.ts";

const now = 1_800_000_000;
const registrationEndpoint = "https://auth.example.com/register";
const vendor = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwks = { keys: [{ ...vendor.publicKey.export({ format: "jwk" }), kid: "v" }] };
const issuers = [
  { issuer: "https://vendor.example", jwks },
  { issuer: "https://broken.example", jwks: { keys: [] } },
];
const metadata = { software_id: "acme", client_name: "Acme", redirect_uris: ["https://acme.example/callback"] };

const sign = (change: object = {}, { key = vendor.privateKey, header = {} } = {}) =>
  jwt.sign({ iss: "https://vendor.example", ...metadata, ...change }, key, {
    algorithm: "ES256",
    noTimestamp: true,
    header: { alg: "ES256", kid: "v", ...header },
  });
const check = (statement: string) =>
  checkSoftwareStatement(statement, { issuers, audiences: [registrationEndpoint], now });
const unsigned = [{ alg: "none" }, { iss: "https://vendor.example" }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");

describe("software statements (RFC 7591 2.3)", () => {
  test.each([
    ["no JWT", "e30", "malformed"],
    ["an endless one", sign({ software_version: "v".repeat(9_000) }), "malformed"],
    ["no issuer", sign({ iss: undefined }), "bad_claims"],
    [
      "an end in words",
      `${sign().split(".")[0]}.${Buffer.from('{"iss":"v","exp":"soon"}').toString("base64url")}.`,
      "bad_claims",
    ],
    ["an issuer that nobody named", sign({ iss: "https://vendor.example/" }), "unapproved"],
    ["an issuer without a usable key", sign({ iss: "https://broken.example" }), "unknown_key"],
    ["alg none", `${unsigned}.`, "forbidden_header"],
    [
      "a key in its header",
      sign({}, { header: { jwk: other.publicKey.export({ format: "jwk" }) } }),
      "forbidden_header",
    ],
    ["an unknown kid", sign({}, { header: { kid: "w" } }), "unknown_key"],
    ["somebody else's signature", sign({}, { key: other.privateKey }), "bad_signature"],
    ["another server's audience", sign({ aud: "https://other.example/register" }), "wrong_audience"],
    ["an end beyond the skew", sign({ exp: now - 31 }), "expired"],
    ["a beginning in the future", sign({ nbf: now + 31 }), "not_yet_valid"],
  ])("with %s count for nothing", (_what, statement, refusal) => {
    expect(check(statement)).toEqual({ ok: false, refusal });
  });

  test("that were accepted before are not held against the time again, but against all else", () => {
    const checkLater = (statement: string) =>
      checkSoftwareStatement(statement, { issuers, audiences: [registrationEndpoint], now: undefined });
    expect(checkLater(sign({ exp: now - 86_400 }))).toMatchObject({ ok: true });
    expect(checkLater(sign({ exp: now - 86_400 }, { key: other.privateKey }))).toEqual({
      ok: false,
      refusal: "bad_signature",
    });
  });

  test.each([
    ["no times and no audience", {}],
    ["times", { iat: now - 9, nbf: now, exp: now + 9 }],
    ["this server among its audiences", { aud: ["https://other.example", registrationEndpoint] }],
    ["another statement in it, which is dropped", { software_statement: "e30", sub: "acme", jti: "1" }],
  ])("with %s give the metadata, without the claims about themselves", (_what, change) => {
    expect(check(sign(change))).toEqual({ ok: true, value: { issuer: "https://vendor.example", metadata } });
  });
});
