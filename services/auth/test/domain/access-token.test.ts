import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { checkAccessToken, mintAccessToken } from "../../src/domain/access-token.ts";
import type { SigningKey } from "../../src/ports.ts";
import { keysOf, makeKey } from "../fixtures/keys.ts";

const issuer = "https://auth.example.com";
const now = 1_800_000_000;
const grant = {
  grantId: "grant-1",
  clientId: "client-1",
  user: { sub: "gh|583231", login: "octocat" },
  resource: "https://files.example.com/mcp",
  scope: "mcp offline_access",
  authTime: now - 60.5,
  createdAt: now - 50,
  expiresAt: now + 1_000,
};

let rsa: SigningKey;
let ec: SigningKey;
let stranger: SigningKey;
beforeAll(async () => {
  [rsa, ec, stranger] = await Promise.all([makeKey("RS256"), makeKey("ES256"), makeKey("ES256")]);
});

const mint = (key: SigningKey) =>
  mintAccessToken({ grant, key, jti: "jti-1", issuer, now: now + 0.7, lifetime: 3_600 });
const check = (token: string, at = now) => checkAccessToken(token, { keys: keysOf(rsa, ec), issuer, now: at });
const refusal = (token: string, at = now) => {
  const result = check(token, at);
  return result.ok ? "accepted" : result.refusal;
};
const signed = (claims: object, header: object = {}, key = ec) =>
  jwt.sign(JSON.parse(JSON.stringify(claims)), key.privateKey, {
    algorithm: key.algorithm,
    header: { typ: "at+jwt", alg: key.algorithm, kid: key.kid, ...header },
  });
const claims = () => jwt.decode(mint(ec)) as Record<string, unknown>;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("access token (RFC 9068)", () => {
  test.each([["RS256"], ["ES256"]] as const)("made with %s has the header and claims of RFC 9068 2", (algorithm) => {
    const key = algorithm === "RS256" ? rsa : ec;
    const token = mint(key);
    expect(jwt.decode(token, { complete: true })?.header).toEqual({ typ: "at+jwt", alg: algorithm, kid: key.kid });
    expect(check(token)).toEqual({
      ok: true,
      value: {
        iss: issuer,
        sub: "gh|583231",
        aud: "https://files.example.com/mcp",
        exp: now + 3_600,
        iat: now,
        nbf: now,
        jti: "jti-1",
        client_id: "client-1",
        scope: "mcp offline_access",
        auth_time: now - 61,
        sid: "grant-1",
        login: "octocat",
      },
    });
    expect(token.length).toBeLessThan(2_048);
  });

  test.each([
    ["nothing", () => "", "malformed"],
    ["an opaque text", () => "gho_16C7e42F292c6912E7710c838347Ae178B4a", "malformed"],
    ["two parts", () => mint(ec).split(".").slice(0, 2).join("."), "malformed"],
    ["an empty signature", () => mint(ec).replace(/[^.]+$/, ""), "malformed"],
    ["four parts", () => `${mint(ec)}.x`, "malformed"],
    ["padding", () => `${mint(ec)}==`, "malformed"],
    ["two words", () => `${mint(ec)} abc`, "malformed"],
    ["a character that no token has", () => `${mint(ec)}"`, "malformed"],
    ["a line's end", () => `${mint(ec)}\n`, "malformed"],
    ["a header that is no JSON", () => mint(ec).replace(/^[^.]+/, "YWJj"), "malformed"],
    ["a header that is no object", () => mint(ec).replace(/^[^.]+/, "MQ"), "malformed"],
    ["megabytes", () => `${mint(ec)}${"A".repeat(1_000_000)}`, "malformed"],
    ["an ID token's type", () => signed(claims(), { typ: "JWT" }), "wrong_type"],
    ["an assertion's type", () => signed(claims(), { typ: "gw+jwt" }), "wrong_type"],
    ["no type", () => signed(claims(), { typ: undefined }), "wrong_type"],
    ["a key in the header", () => signed(claims(), { jwk: {} }), "forbidden_header"],
    ["a key's address in the header", () => signed(claims(), { jku: "https://evil.example" }), "forbidden_header"],
    ["a certificate's address", () => signed(claims(), { x5u: "https://evil.example" }), "forbidden_header"],
    ["an extension", () => signed(claims(), { crit: ["exp"] }), "forbidden_header"],
    ["no kid", () => signed(claims(), { kid: undefined }), "unknown_key"],
    ["another issuer's key", () => signed(claims(), {}, stranger), "unknown_key"],
    ["another's signature under our kid", () => signed(claims(), { kid: ec.kid }, stranger), "bad_signature"],
    ["another of our keys under this kid", () => signed(claims(), { kid: rsa.kid }), "wrong_algorithm"],
    ["another issuer", () => signed({ ...claims(), iss: "https://evil.example" }), "wrong_issuer"],
    ["another issuer by a slash", () => signed({ ...claims(), iss: `${issuer}/` }), "wrong_issuer"],
    ["a time not come", () => signed({ ...claims(), nbf: now + 31 }), "not_yet_valid"],
    ["several audiences", () => signed({ ...claims(), aud: ["a", "b"] }), "missing_claims"],
  ])("refuses %s", (_what, token, reason) => {
    expect(refusal(token())).toBe(reason);
  });

  test.each([["iss"], ["sub"], ["aud"], ["exp"], ["jti"], ["sid"], ["client_id"], ["scope"]])("needs %s", (name) => {
    expect(refusal(signed({ ...claims(), [name]: undefined }))).toBe("missing_claims");
  });

  test.each([["none"], ["None"], ["nOnE"], ["HS256"], ["HS512"], ["RS384"], ["ES256"], [""], [1], [null]])(
    "refuses the algorithm %j for an RSA key (RFC 8725 3.1)",
    (alg) => {
      const unsigned = `${part({ typ: "at+jwt", alg, kid: rsa.kid })}.${part(claims())}`;
      expect(refusal(`${unsigned}.AAAA`)).toBe("wrong_algorithm");
    },
  );

  test("refuses HS256 made with the public key as secret (RFC 8725 2.1)", () => {
    const unsigned = `${part({ typ: "at+jwt", alg: "HS256", kid: rsa.kid })}.${part(claims())}`;
    const secret = rsa.publicKey.export({ type: "spki", format: "pem" });
    expect(refusal(`${unsigned}.${createHmac("sha256", secret).update(unsigned).digest("base64url")}`)).toBe(
      "wrong_algorithm",
    );
  });

  test("refuses every single flipped character", () => {
    const token = mint(ec);
    for (let at = 0; at < token.length; at += 7) {
      const flipped = token[at] === "A" ? "B" : "A";
      if (token[at] !== ".") expect(refusal(token.slice(0, at) + flipped + token.slice(at + 1))).not.toBe("accepted");
    }
  });

  test("refuses the spare bits of a signature's last character: a token has one text (security.md 6)", () => {
    const token = mint(rsa);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twin = token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1];
    expect(Buffer.from(twin.split(".")[2] ?? "", "base64url")).toEqual(
      Buffer.from(token.split(".")[2] ?? "", "base64url"),
    );
    expect(refusal(twin)).toBe("malformed");
  });

  test("refuses the signature of another token", () => {
    const other = mintAccessToken({ grant, key: ec, jti: "jti-2", issuer, now, lifetime: 60 });
    expect(refusal(`${mint(ec).split(".").slice(0, 2).join(".")}.${other.split(".")[2]}`)).toBe("bad_signature");
  });

  test("expires with at most 30 s of clock skew", () => {
    expect(refusal(mint(ec), now + 3_629)).toBe("accepted");
    expect(refusal(mint(ec), now + 3_630)).toBe("expired");
  });
});
