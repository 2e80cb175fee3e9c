import { constants, createHmac, sign } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { checkAccessToken, mintAccessToken, parseToken } from "../../src/domain/access-token.ts";
import { refuse } from "../../src/domain/result.ts";
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
let rsaToken: string;
let ecToken: string;
beforeAll(async () => {
  [rsa, ec, stranger] = await Promise.all([makeKey("RS256"), makeKey("ES256"), makeKey("ES256")]);
  [rsaToken, ecToken] = await Promise.all([mint(rsa), mint(ec)]);
});

const mint = (key: SigningKey, jti = "jti-1") =>
  mintAccessToken({ grant, key, jti, issuer, now: now + 0.7, lifetime: 3_600 });
const check = (text: string, at = now) => {
  const token = parseToken(text);
  return token === undefined
    ? refuse("malformed")
    : checkAccessToken(token, { keys: keysOf(rsa, ec), issuer, now: at });
};
const refusal = (token: string, at = now) => {
  const result = check(token, at);
  return result.ok ? "accepted" : result.refusal;
};
const signed = (claims: object, header: object = {}, key = ec) =>
  jwt.sign(JSON.parse(JSON.stringify(claims)), key.privateKey, {
    algorithm: key.algorithm,
    header: { typ: "at+jwt", alg: key.algorithm, kid: key.kid, ...header },
  });
const claims = () => jwt.decode(ecToken) as Record<string, unknown>;
const withHeader = (change: object) =>
  `${part({ typ: "at+jwt", alg: "ES256", ...change })}.${ecToken.slice(ecToken.indexOf(".") + 1)}`;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("access token (RFC 9068)", () => {
  test.each([["RS256"], ["ES256"]] as const)(
    "made with %s has the header and claims of RFC 9068 2",
    async (algorithm) => {
      const key = algorithm === "RS256" ? rsa : ec;
      const token = await mint(key);
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
    },
  );

  test.each([
    ["nothing", () => "", "malformed"],
    ["an opaque text", () => "gho_16C7e42F292c6912E7710c838347Ae178B4a", "malformed"],
    ["two parts", () => ecToken.split(".").slice(0, 2).join("."), "malformed"],
    ["an empty signature", () => ecToken.replace(/[^.]+$/, ""), "malformed"],
    ["four parts", () => `${ecToken}.x`, "malformed"],
    ["padding", () => `${ecToken}==`, "malformed"],
    ["two words", () => `${ecToken} abc`, "malformed"],
    ["a character that no token has", () => `${ecToken}"`, "malformed"],
    ["a line's end", () => `${ecToken}\n`, "malformed"],
    ["a header that is no JSON", () => ecToken.replace(/^[^.]+/, "YWJj"), "malformed"],
    ["a header that is no object", () => ecToken.replace(/^[^.]+/, "MQ"), "malformed"],
    ["megabytes", () => `${ecToken}${"A".repeat(1_000_000)}`, "malformed"],
    ["an ID token's type", () => signed(claims(), { typ: "JWT" }), "wrong_type"],
    ["an assertion's type", () => signed(claims(), { typ: "gw+jwt" }), "wrong_type"],
    ["no type", () => signed(claims(), { typ: undefined }), "wrong_type"],
    ["a key in the header", () => signed(claims(), { jwk: {} }), "forbidden_header"],
    ["a key's address in the header", () => signed(claims(), { jku: "https://evil.example" }), "forbidden_header"],
    ["a certificate's address", () => signed(claims(), { x5u: "https://evil.example" }), "forbidden_header"],
    ["an extension", () => signed(claims(), { crit: ["exp"] }), "forbidden_header"],
    ["no kid", () => signed(claims(), { kid: undefined }), "unknown_key"],
    [
      "a kid that is no text, nor can become one",
      () => withHeader({ kid: { toString: 1, valueOf: 1 } }),
      "unknown_key",
    ],
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
    const token = ecToken;
    for (let at = 0; at < token.length; at += 7) {
      const flipped = token[at] === "A" ? "B" : "A";
      if (token[at] !== ".") expect(refusal(token.slice(0, at) + flipped + token.slice(at + 1))).not.toBe("accepted");
    }
  });

  test("refuses the spare bits of a signature's last character: a token has one text (security.md 6)", () => {
    const token = rsaToken;
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twin = token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1];
    expect(Buffer.from(twin.split(".")[2] ?? "", "base64url")).toEqual(
      Buffer.from(token.split(".")[2] ?? "", "base64url"),
    );
    expect(refusal(twin)).toBe("malformed");
  });

  test.each<[string, "RS256" | "ES256", (signature: Buffer, signed: string) => Buffer]>([
    ["one byte", "ES256", () => Buffer.alloc(1)],
    ["a byte too few", "ES256", (signature) => signature.subarray(1)],
    ["a byte too many", "ES256", (signature) => Buffer.concat([signature, Buffer.alloc(1)])],
    ["R and S of zero (CVE-2022-21449)", "ES256", () => Buffer.alloc(64)],
    [
      "DER, which is not RFC 7518 3.4's form",
      "ES256",
      (_, signed) => sign("sha256", Buffer.from(signed), ec.privateKey),
    ],
    ["one byte of an RSA key", "RS256", () => Buffer.alloc(1)],
    ["zeros of an RSA key", "RS256", () => Buffer.alloc(256)],
    ["a byte too many of an RSA key", "RS256", (signature) => Buffer.concat([Buffer.alloc(1), signature])],
    ["more than the modulus", "RS256", () => Buffer.alloc(256, 0xff)],
    [
      "PSS, which is PS256",
      "RS256",
      (_, signed) =>
        sign("sha256", Buffer.from(signed), { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }),
    ],
    ["another digest", "RS256", (_, signed) => sign("sha1", Buffer.from(signed), rsa.privateKey)],
  ])("refuses a signature that is %s", (_what, algorithm, forge) => {
    const token = algorithm === "ES256" ? ecToken : rsaToken;
    const end = token.lastIndexOf(".");
    const signed = token.slice(0, end);
    const forged = forge(Buffer.from(token.slice(end + 1), "base64url"), signed).toString("base64url");
    expect(refusal(`${signed}.${forged}`)).toBe("bad_signature");
  });

  test("refuses the signature of another token", async () => {
    const other = await mint(ec, "jti-2");
    expect(refusal(`${ecToken.split(".").slice(0, 2).join(".")}.${other.split(".")[2]}`)).toBe("bad_signature");
  });

  test("expires with at most 30 s of clock skew", () => {
    expect(refusal(ecToken, now + 3_629)).toBe("accepted");
    expect(refusal(ecToken, now + 3_630)).toBe("expired");
  });
});
